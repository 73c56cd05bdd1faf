// What experiments and other sections of the same rules cannot both say: a rule that comes behind them would undo what a
// variant does, and the figures would be about nothing.

import type { Rules } from '../rules.ts';
import type { RuleConflict } from './conflict.ts';
import type { Experiment } from './experiments.ts';
import { opOf } from './headers.ts';

export function experimentsBesideOthers({
  experiments = [],
  rewrite = [],
  request_headers: changes = [],
}: Rules): RuleConflict[] {
  const running = experiments.filter(({ status }) => status === 'running');
  return [...originsTwice(running, rewrite), ...headersTwice(running, changes)];
}

/** One with a path of its own may well be about others than the rewrite is. */
function originsTwice(
  running: readonly Experiment[],
  rewrites: NonNullable<Rules['rewrite']>,
): RuleConflict[] {
  const choosing = running.find(
    ({ target, variants }) =>
      target?.path === undefined && variants.some((one) => one.origin ?? one.function ?? one.version),
  );
  if (!choosing) return [];
  return rewrites.flatMap(({ origin, when }, at) =>
    origin === undefined || when !== undefined
      ? []
      : [
          {
            path: ['rewrite', at, 'origin'],
            message: `is ${origin}, which would answer in place of what the experiment "${choosing.name}" chooses: give the experiment a target with a path that this rewrite is not about`,
          },
        ],
  );
}

function headersTwice(
  running: readonly Experiment[],
  changes: NonNullable<Rules['request_headers']>,
): RuleConflict[] {
  return changes.flatMap((change, at) => {
    const done = opOf(change);
    if (!done || done.op === 'append' || change.when !== undefined) return [];
    const name = done.name.toLowerCase();
    const other = running.find(({ variants }) =>
      variants.some(({ headers = {} }) => Object.keys(headers).some((key) => key.toLowerCase() === name)),
    );
    return other
      ? [
          {
            path: ['request_headers', at, done.op],
            message: `is "${done.name}", which variants of the experiment "${other.name}" change, and would undo that: leave it to one of the two`,
          },
        ]
      : [];
  });
}
