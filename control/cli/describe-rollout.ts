// A rollout in words. Pure.

import type { Rollout } from '../client/client.ts';
import { short } from './deploy-function.ts';
import { renderTable } from './render-table.ts';

export function describeRollout(rollout: Rollout): string {
  const { state, share, step, steps, to, from, reason, figures } = rollout;
  const head = `${rollout.id} (${rollout.strategy}): ${state.replace('_', ' ')}, version ${short(to)} has ${share} % (step ${step} of ${steps.length}, from ${short(from)}).`;
  const lines = [head, ...(reason === null ? [] : [reason])];
  if (!figures) return lines.join('\n');
  const table = renderTable(
    ['VERSION', 'REQUESTS', 'FAILED', 'P95'],
    [
      [`${short(to)} (new)`, ...row(figures.new)],
      [`${short(from)} (old)`, ...row(figures.old)],
    ],
  );
  return [...lines, 'Since the step began:', table].join('\n');
}

type Figures = NonNullable<Rollout['figures']>['new'];

const row = ({ requests, failed, error_rate, p95_ms }: Figures): string[] => [
  String(requests),
  error_rate === null ? String(failed) : `${failed} (${error_rate} %)`,
  p95_ms === null ? '' : `${p95_ms} ms`,
];
