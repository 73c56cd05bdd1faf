// The step that gives a function another path. It is done once: what comes of it is not rewritten again.

import type { RewriteEntry } from '../../contract/rules/rewrite.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import { splitUrl } from '../../route/split-url.ts';
import type { Step, StepMaker } from '../step.ts';
import { findRewrite } from './find-rewrite.ts';

export const rewriteStep: StepMaker = {
  name: 'rewrite',
  prepare: ({ rewrite }) => rewrite && changePath(rewrite),
};

function changePath(rewrites: readonly RewriteEntry[]): Step {
  return (visit) => {
    const { client, request, trace } = visit;
    const { headers, method } = request;
    const found = findRewrite(rewrites, splitUrl(visit.url), { geo: client.geo, headers, method });
    if (found === undefined) {
      trace.note('rewrite', 'no rewrite fits');
      return undefined;
    }
    if (found === 'up') {
      trace.note('rewrite', 'refused: the path has ".." parts');
      throw new PlatformError(
        'FN_006',
        400,
        'The path has ".." parts where a rule of the function takes them over.',
      );
    }
    visit.url = found.url;
    if (found.origin !== null) visit.origin = found.origin;
    const { path, query } = splitUrl(found.url);
    trace.note(
      'rewrite',
      `the path is ${path}${query}${found.origin ? `, answered by ${found.origin}` : ''}`,
      {
        rule: found.at,
      },
    );
    return undefined;
  };
}
