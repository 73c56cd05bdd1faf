// The step that sends visitors elsewhere.

import { REQUEST_ID_HEADER } from '../../contract/names.ts';
import type { RedirectEntry } from '../../contract/rules/redirects.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import { splitUrl } from '../../route/split-url.ts';
import type { Step, StepMaker } from '../step.ts';
import type { Visit } from '../visit.ts';
import { findRedirect } from './find-redirect.ts';

export const redirectsStep: StepMaker = {
  name: 'redirects',
  prepare: ({ redirects }) => redirects && sendElsewhere(redirects),
};

function sendElsewhere(redirects: readonly RedirectEntry[]): Step {
  return (visit) => {
    const { path, requestId, target, trace, url } = visit;
    const found = findRedirect(redirects, { path, query: splitUrl(url).query }, target.mount);
    if (found === undefined) {
      trace.note('redirects', 'no redirect fits');
      return undefined;
    }
    if (found === 'up') throw leadsUp(visit);
    const { at, location, status } = found;
    if (leadsToItself(visit, location)) throw circle(visit, location);
    trace.note('redirects', `sent to ${location} with ${status}`, { rule: at });
    return new Response(null, { status, headers: { location, [REQUEST_ID_HEADER]: requestId } });
  };
}

function leadsUp({ trace }: Visit): PlatformError {
  trace.note('redirects', 'refused: the path has ".." parts');
  return new PlatformError(
    'FN_006',
    400,
    'The path has ".." parts where a rule of the function takes them over.',
  );
}

/** What is refused when it is set may still be done with hosts, which are not known there. */
function leadsToItself({ client, request }: Visit, location: string): boolean {
  const asked = request.url.replace(/^https?:/, `${client.scheme}:`);
  return URL.parse(location, asked)?.href === URL.parse(asked)?.href;
}

function circle({ trace }: Visit, location: string): PlatformError {
  trace.note('redirects', `refused: ${location} is what was asked for`);
  return new PlatformError(
    'FN_006',
    508,
    `The function's redirect of ${location} leads to itself: its owner has to mend it.`,
  );
}
