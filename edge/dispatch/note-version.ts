// Says in a trace which version of a function serves, and by what.

import type { Target } from '../route/table-index.ts';
import type { Trace } from '../rules/trace.ts';
import type { Choice } from './choose-version.ts';

export function noteVersion(
  trace: Trace,
  { entry, version: named }: Target,
  { version, told }: Choice,
): void {
  const shares = Object.fromEntries(
    entry.deployment.map(({ version: id, shareBp }) => [id.slice(0, 8), `${shareBp / 100} %`]),
  );
  const divided = entry.deployment.length > 1;
  const split = entry.sticky.by === 'random' ? 'by chance' : `by the visitor's ${entry.sticky.by}`;
  const why =
    told?.version !== undefined
      ? 'which the request asks for'
      : named !== null
        ? 'which is named'
        : divided
          ? `of those that share the traffic, ${split}`
          : 'the only one that is live';
  const ready = version.reachable(Date.now());
  trace.note('version', `${version.version.slice(0, 8)}, ${why}`, {
    version: version.version,
    ...(divided && { shares }),
  });
  trace.note('instance', ready ? 'one is ready' : 'none is ready: one would be started');
}
