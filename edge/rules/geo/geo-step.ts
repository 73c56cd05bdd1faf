// The step that asks where a client is: it refuses who may not come from there, and tells the function of the others.

import type { GeoEntry } from '../../contract/rules/geo.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Step, StepMaker } from '../step.ts';
import { geoHeaders } from './geo-headers.ts';
import { refusalOf, whereOf } from './judge-access.ts';

export const geoStep: StepMaker = { name: 'geo', prepare: ({ geo }) => geo && stepOf(geo) };

function stepOf(entry: GeoEntry): Step {
  return ({ client: { ip, geo }, trace, requestHeaders }) => {
    const refusal = refusalOf(entry, geo);
    if (trace.on) trace.note('geo', refusal ?? `requests from ${whereOf(geo)} may come`, { ip, geo });
    if (refusal !== undefined)
      throw new PlatformError('FN_009', 403, `Requests from ${whereOf(geo)} are not taken here: ${refusal}.`);
    if (entry.headers) requestHeaders.push(...geoHeaders(geo));
    return undefined;
  };
}
