// The step that refuses what another site's page has a visitor's browser send.

import type { CsrfEntry } from '../../contract/rules/csrf.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import { originMatcher } from '../cors/match-origin.ts';
import type { Step, StepMaker } from '../step.ts';
import { faultOfCsrf } from './judge-origin.ts';

export const csrfStep: StepMaker = { name: 'csrf', prepare: ({ csrf }) => csrf && checkCsrf(csrf) };

const shownMax = 200;

function checkCsrf({ origins }: CsrfEntry): Step {
  const isNamed = originMatcher(origins);
  return ({ client, request: { headers, method }, trace }) => {
    const origin = headers.get('origin');
    const fetchSite = headers.get('sec-fetch-site');
    const asked = { method, host: headers.get('host') ?? '', scheme: client.scheme, origin, fetchSite };
    const webSocket = headers.get('upgrade')?.toLowerCase().includes('websocket') ?? false;
    const fault = faultOfCsrf({ ...asked, cookie: headers.has('cookie'), webSocket }, isNamed);
    trace.note('csrf', fault ? `refused: ${fault}` : 'nothing is against it', { method, origin, fetchSite });
    if (fault === undefined) return undefined;
    throw new PlatformError(
      'FN_009',
      403,
      `The ${webSocket ? 'WebSocket' : method} request is refused by the rule "csrf": ${fault.slice(0, shownMax)}.`,
    );
  };
}
