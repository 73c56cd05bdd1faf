// Says in a trace which function was found, and by what.

import type { Target } from '../route/table-index.ts';
import type { Trace } from '../rules/trace.ts';

export function noteTarget(trace: Trace, target: Target): void {
  const { entry, mount, params, route, rules, version } = target;
  const name = `"${entry.name}" of project "${entry.project}"`;
  const by =
    route !== undefined
      ? `the route ${route}`
      : mount !== null
        ? `its path ${mount}`
        : version !== null
          ? 'the host of one of its versions'
          : 'its host';
  trace.note('route', `${name}, by ${by}`, {
    ...{ function: entry.name, project: entry.project },
    ...(route !== undefined && { route, params }),
    ...(version !== null && { version }),
    rules: Object.keys(rules ?? {}),
  });
}
