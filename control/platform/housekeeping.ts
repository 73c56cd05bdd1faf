// What grows is trimmed: logs beyond their retention, bundles and static files that no version names, old idempotency
// keys, entries of the audit log beyond theirs.

import type { Bundles } from '../store/bundles.ts';
import type { Store } from '../store/store.ts';
import type { LogStore } from '../telemetry/log-store.ts';
import type { Assets } from './assets/assets.ts';
import type { PlatformLog } from './platform-log.ts';

const housekeepingMs = 3_600_000;
/** A bundle without a version is kept this long, as a deploy may be about to commit one. */
const orphanBundleMs = 3_600_000;

export interface HousekeepingOptions {
  readonly store: Store;
  readonly bundles: Bundles;
  readonly assets: Assets;
  readonly logs: LogStore;
  readonly log: PlatformLog;
}

/** Once an hour; the returned function ends it. */
export function startHousekeeping({ store, bundles, assets, logs, log }: HousekeepingOptions): () => void {
  const keep = async (): Promise<void> => {
    const now = new Date();
    await store.idempotency.purge(now);
    await store.audit.trim(now);
    await bundles.collectGarbage(await store.versions.bundlesInUse(), orphanBundleMs);
    await logs.trim(now);
    await assets.collectGarbage();
  };
  const timer = setInterval(() => {
    keep().catch((error: unknown) => log.error('housekeeping failed', { error: String(error) }));
  }, housekeepingMs).unref();
  return () => clearInterval(timer);
}
