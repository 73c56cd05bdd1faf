// Replaces the instances of a function that run with variables of before a change. Its versions stay as they are.
//
//   start one with the new variables -> probe it -> table -> drain those of before
//
// as a deploy does, so that no request fails. A version that does not start with the new variables goes on with the
// old ones in the instances that it has.

import { storesObjects } from '../model/binding.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import { secretsOfRules } from '../model/rules/rule-secrets.ts';
import type { Store } from '../store/store.ts';
import type { Instance } from '../workerd/instance.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import type { Deployer } from './deployer.ts';
import type { Fleet } from './fleet.ts';

export interface RenewOptions {
  readonly store: Store;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly fleet: Fleet;
  readonly deployer: Pick<Deployer, 'startAnother'>;
  readonly publish: (functionId: string) => Promise<void>;
}

/** True if there was an instance to replace. The function's turn is the caller's. */
export async function renewInstances(id: FunctionId, options: RenewOptions): Promise<boolean> {
  const { store, catalog, fleet } = options;
  const entry = catalog.get(id);
  if (!entry) return false;
  // A start that read the variables before they changed would come to life behind our back.
  await fleet.startsUnderWay(id);
  const old = fleet.instancesOf(id);
  const versions = [...new Set(old.map(({ version }) => version as VersionId))];
  for (const version of versions) {
    const stale = old.filter((instance) => instance.version === version);
    await renewVersion(entry, version, stale, options);
  }
  // Its rules may name what was changed, whether it has instances or not.
  if (secretsOfRules(entry.record).length > 0) await options.publish(id);
  await store.overlay.settle(id);
  return old.length > 0;
}

async function renewVersion(
  { record, deployment }: CatalogEntry,
  id: VersionId,
  stale: readonly Instance[],
  { store, fleet, deployer, publish }: RenewOptions,
): Promise<void> {
  const live = deployment?.versions.some(({ version }) => version === id) === true;
  const version = live ? await store.versions.get(record.id, id) : undefined;
  // One that is only looked at, or kept for a return, starts again when somebody comes.
  // One that stores objects does too: there may not be two of it.
  if (version && !storesObjects(version.settings.bindings))
    fleet.admit(await deployer.startAnother(record, version));
  fleet.retireInBackground(stale);
  // With it no front knows the old ones any more: who asks after the answer finds the new variables.
  await publish(record.id);
}
