// A deploy makes a version live without failing a request:
//
//   start an instance -> probe it -> commit -> switch the table on every front -> drain what it replaces
//
// Before the commit a step may fail and nothing has changed. The commit is what is acknowledged: after a crash
// the new control serves what was committed. Once all fronts have the table, no request meets an older version.

import { AppError } from '../model/errors.ts';
import type { FunctionRecord, VersionRecord } from '../model/function.ts';
import { noDetails } from '../model/version.ts';
import { newDeploymentId } from '../store/new-id.ts';
import type { Repositories, Store } from '../store/store.ts';
import type { Instance } from '../workerd/instance.ts';
import type { RunDir } from '../workerd/run-dir.ts';
import type { Supervisor } from '../workerd/supervisor.ts';
import type { Catalog } from './catalog.ts';
import type { DeployProgress } from './deploy-progress.ts';
import type { Fleet } from './fleet.ts';
import { probe } from './probe.ts';
import type { Versions } from './versions.ts';

export interface DeployerOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly fleet: Fleet;
  readonly supervisor: Supervisor;
  readonly versions: Versions;
  readonly runDir: RunDir;
  readonly progress: DeployProgress;
  readonly publish: (functionId: string) => Promise<void>;
}

/**
 * What is committed in the same transaction as a function, and knows how the function is then. `made` is a version
 * that was built and is not live. It is asked for everywhere, as it writes the entry of the audit log.
 */
export type Alongside = (tx: Repositories, after: FunctionRecord, made?: VersionRecord) => Promise<void>;

export class Deployer {
  readonly #options: DeployerOptions;

  constructor(options: DeployerOptions) {
    this.#options = options;
  }

  /** Makes `version` the only live one and stores `record` as it is then. Rejects with FN_005 or FN_008 and changes nothing. */
  async deploy(
    record: FunctionRecord,
    version: VersionRecord,
    alongside: Alongside,
  ): Promise<FunctionRecord> {
    const { fleet } = this.#options;
    const running = fleet.instancesOf(record.id, version.id);
    const renamed = this.#options.catalog.get(record.id)?.record.name !== record.name;
    const candidate =
      running.length > 0 && !renamed
        ? undefined
        : await this.#startProbed(record, version).finally(() => this.#options.progress.set(record.id, null));
    let live: FunctionRecord;
    try {
      live = await this.#commit(record, version, alongside);
    } catch (error) {
      if (candidate) await this.#options.supervisor.stop(candidate, 0);
      throw error;
    }
    fleet.forgive(record.id, version.id);
    if (candidate) fleet.admit(candidate);
    await this.#options.publish(record.id);
    fleet.retireInBackground(
      fleet
        .instancesOf(record.id)
        .filter((instance) => instance !== candidate && (renamed || instance.version !== version.id)),
    );
    return live;
  }

  async #startProbed(record: FunctionRecord, version: VersionRecord): Promise<Instance> {
    const { versions, supervisor, fleet, runDir, progress } = this.#options;
    progress.set(record.id, 'starting');
    const config = await versions.config(record, version);
    const candidate = await fleet
      .start(record.id, version.id, config, { memoryMb: version.settings.memory })
      .catch(async (error: unknown) => Promise.reject(await versions.mapFailure(version, error)));
    progress.set(record.id, 'probing');
    try {
      await probe(runDir.slotSocket(candidate.slot));
      return candidate;
    } catch (error) {
      await supervisor.stop(candidate, 0);
      throw withBuildLogs(error, version.buildLogs);
    }
  }

  async #commit(
    record: FunctionRecord,
    version: VersionRecord,
    alongside: Alongside,
  ): Promise<FunctionRecord> {
    const { store, catalog } = this.#options;
    const now = new Date().toISOString();
    const live: FunctionRecord = {
      ...record,
      status: record.status === 'disabled' ? 'disabled' : 'deployed',
      activeVersion: version.id,
      failedBuildLogs: null,
      updatedAt: now,
    };
    const versions = [{ version: version.id, shareBp: 10_000 }];
    await store.transaction(async (tx) => {
      await tx.versions.put(version);
      await tx.deployments.insert({
        ...{ id: newDeploymentId(), functionId: record.id, versions, createdAt: now },
        details: noDetails,
      });
      await tx.functions.update(live.id, live);
      await alongside(tx, live);
    });
    const before = catalog.get(record.id);
    const known = before?.versions ?? [];
    catalog.set({
      aliases: before?.aliases ?? new Map(),
      record: live,
      deployment: { versions },
      // The newest first. A version that is live again after a newer one keeps its place.
      versions: known.includes(version.id) ? known : [version.id, ...known],
    });
    return live;
  }
}

export function withBuildLogs(error: unknown, buildLogs: readonly string[]): unknown {
  if (!(error instanceof AppError) || error.code !== 'FN_005' || error.details.buildLogs) return error;
  return new AppError(
    'FN_005',
    error.message,
    { ...error.details, buildLogs: [...buildLogs, error.message] },
    error,
  );
}
