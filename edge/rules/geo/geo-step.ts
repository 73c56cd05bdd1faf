// The step that asks where a client is: it refuses who may not come from there, and tells the function of the others.

import type { Geo } from '../../contract/geo.ts';
import type { GeoEntry } from '../../contract/rules/geo.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Step, StepMaker } from '../step.ts';
import { geoHeaders } from './geo-headers.ts';
import { judgePlace } from './judge-place.ts';

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

/** Why a client may not come; undefined if he may. Nothing is said of the list but that he is, or is not, on it. */
export function refusalOf({ allow, deny, unknown }: GeoEntry, geo: Geo | null): string | undefined {
  const denied = deny ? judgePlace(deny, geo) : 'outside';
  if (denied === 'inside') return 'they are denied';
  const allowed = allow ? judgePlace(allow, geo) : 'inside';
  if (allowed === 'outside') return 'only some places are allowed';
  if (unknown === 'deny' && (denied === 'unknown' || allowed === 'unknown'))
    return 'too little is known of where they are';
  return undefined;
}

function whereOf(geo: Geo | null): string {
  if (!geo?.country) return 'an unknown country';
  return geo.regionCode ? `${geo.country} (${geo.country}-${geo.regionCode})` : geo.country;
}
