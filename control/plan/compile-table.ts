// A function's entry in the routing table, from what is stored of it and where its instances are.

import type { FunctionEntry } from '../../edge/contract/routing-table.ts';
import type { DeploymentRecord, FunctionRecord } from '../model/function.ts';
import { requestBytesMax } from '../model/limits.ts';

/** Slots of the ready instances, by version. */
export type SlotsByVersion = Readonly<Record<string, readonly number[]>>;

/** Versions that can be previewed besides those that are live: the newest ones. */
export const previewsMax = 10;

export function compileFunction(
  record: FunctionRecord,
  deployment: Pick<DeploymentRecord, 'versions'> | undefined,
  previews: readonly string[],
  slots: SlotsByVersion,
  fronts: number,
): FunctionEntry {
  return {
    id: record.id,
    project: record.project,
    name: record.name,
    public: record.public,
    disabled: record.status === 'disabled',
    deployment: (deployment?.versions ?? []).map(({ version, shareBp }) => ({ version, shareBp })),
    previews: previews.slice(0, previewsMax),
    slots: Object.fromEntries(
      Object.entries(slots).map(([version, list]) => [version, [...list].sort((a, b) => a - b)]),
    ),
    timeoutMs: record.timeout * 1000,
    streamTimeoutMs: record.streamTimeout * 1000,
    rateLimit: record.rateLimit && {
      requests: record.rateLimit.requests,
      windowMs: record.rateLimit.seconds * 1000,
      // One at least: a function whose every request is refused would be down, which no limit asks for.
      perFront: Math.max(1, Math.floor(record.rateLimit.requests / fronts)),
    },
    concurrency: record.concurrency,
    targetConcurrency: Math.min(record.scaling.targetConcurrency ?? record.concurrency, record.concurrency),
    maxInstances: record.scaling.maxInstances,
    queueLength: record.scaling.queueLength,
    queueTimeoutMs: record.scaling.queueSeconds * 1000,
    requestBytesMax,
  };
}
