// A function's entry in the routing table, from what is stored of it and where its instances are.

import { VISITOR_COOKIE } from '../../edge/contract/names.ts';
import type { FunctionEntry, StickyEntry } from '../../edge/contract/routing-table.ts';
import type { DeploymentRecord, FunctionRecord } from '../model/function.ts';
import { requestBytesMax } from '../model/limits.ts';
import type { Sticky } from '../model/sticky.ts';
import { compileRules } from './compile-rules.ts';

/** Slots of the ready instances, by version. */
export type SlotsByVersion = Readonly<Record<string, readonly number[]>>;

/** Versions that can be previewed besides those that are live: the newest ones. */
export const previewsMax = 10;

/** Which versions of a function there are to choose from. */
export interface KnownVersions {
  readonly deployment: Pick<DeploymentRecord, 'versions'> | undefined;
  /** The newest first. */
  readonly versions: readonly string[];
  readonly aliases: ReadonlyMap<string, string>;
}

export function compileFunction(
  record: FunctionRecord,
  { deployment, versions, aliases }: KnownVersions,
  slots: SlotsByVersion,
  fronts: number,
  tailed = false,
): FunctionEntry {
  const rules = compileRules(record.rules, {
    project: record.project,
    functionId: record.id,
    environment: record.environment,
  });
  return {
    id: record.id,
    project: record.project,
    name: record.name,
    public: record.public,
    disabled: record.status === 'disabled',
    deployment: (deployment?.versions ?? []).map(({ version, shareBp }) => ({ version, shareBp })),
    sticky: compileSticky(record.sticky),
    previews: versions.slice(0, previewsMax),
    aliases: Object.fromEntries(aliases),
    shadow: record.shadow && { version: record.shadow.version, shareBp: record.shadow.shareBp },
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
    ...(tailed && { tailed }),
    ...(rules && { rules }),
  };
}

function compileSticky(sticky: Sticky): StickyEntry {
  if (sticky.by === 'cookie') return { by: 'cookie', name: sticky.name ?? VISITOR_COOKIE };
  return sticky.by === 'header' ? { by: 'header', name: sticky.name.toLowerCase() } : sticky;
}
