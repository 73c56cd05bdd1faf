// The catalog as it is stored, read at start.

import type { VersionId } from '../model/ids.ts';
import { previewsMax } from '../plan/compile-table.ts';
import type { Store } from '../store/store.ts';
import { Catalog } from './catalog.ts';

export async function readCatalog(store: Store): Promise<Catalog> {
  const [records, deployments, versions, aliases] = await Promise.all([
    store.functions.all(),
    store.deployments.allNewest(),
    store.versions.newestIds(previewsMax),
    store.aliases.all(),
  ]);
  const live = new Map(deployments.map((deployment) => [deployment.functionId, deployment]));
  const catalog = new Catalog();
  for (const record of records) {
    const known: readonly VersionId[] = versions.get(record.id) ?? [];
    // A build that was under way when control died has failed.
    const interrupted = record.status === 'building';
    catalog.set({
      record: interrupted ? { ...record, status: 'failed' } : record,
      deployment: live.get(record.id),
      versions: known,
      aliases: aliases.get(record.id) ?? new Map(),
    });
    if (interrupted)
      await store.functions.update(record.id, { status: 'failed', updatedAt: record.updatedAt });
  }
  return catalog;
}
