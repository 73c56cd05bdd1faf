// A deploy makes a version live, or several with their shares, without failing a request:
//
//   start an instance -> probe it -> commit -> switch the table on every front -> drain what it replaces,
//   but for one instance of each version, which stays warm for a while
//
// Before the commit a step may fail and nothing has changed. The commit is what is acknowledged: after a crash
// the new control serves what was committed. Once all fronts have the table, no request meets an older version.

import { strict as assert } from 'node:assert';
import { storesObjects } from '../model/binding.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord, VersionRecord } from '../model/function.ts';
import { FULL_SHARE_BP } from '../model/share.ts';
import { type DeploymentDetails, noDetails } from '../model/version.ts';
import { mainVersion } from '../plan/main-version.ts';
import { newDeploymentId } from '../store/new-id.ts';
import type { Repositories, Store } from '../store/store.ts';
import type { Instance } from '../workerd/instance.ts';
import type { RunDir } from '../workerd/run-dir.ts';
import type { Supervisor } from '../workerd/supervisor.ts';
import type { Catalog } from './catalog.ts';
import { checkBindings } from './check-bindings.ts';
import type { DeployProgress } from './deploy-progress.ts';
import type { Fleet } from './fleet.ts';
import { probe } from './probe.ts';
import type { Requirements } from './requirements.ts';
import type { Versions } from './versions.ts';

export interface DeployerOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly fleet: Fleet;
  readonly supervisor: Supervisor;
  readonly versions: Versions;
  readonly runDir: RunDir;
  readonly progress: DeployProgress;
  readonly requirements: Requirements;
  readonly publish: (functionId: string) => Promise<void>;
}

/**
 * What is committed in the same transaction as a function, and knows how the function is then. `made` is a version
 * that was built and is not live. It is asked for everywhere, as it writes the entry of the audit log.
 */
export type Alongside = (tx: Repositories, after: FunctionRecord, made?: VersionRecord) => Promise<void>;

/** What a version is to have of the traffic, in basis points; the shares of a deployment sum to 10,000. */
export interface Share {
  readonly version: VersionRecord;
  readonly shareBp: number;
}

export class Deployer {
  readonly #options: DeployerOptions;

  constructor(options: DeployerOptions) {
    this.#options = options;
  }

  /** Makes `version` the only live one; see `put`. */
  deploy(
    record: FunctionRecord,
    version: VersionRecord,
    alongside: Alongside,
    details: Partial<DeploymentDetails> = {},
  ): Promise<FunctionRecord> {
    return this.put(record, [{ version, shareBp: FULL_SHARE_BP }], alongside, details);
  }

  /**
   * Makes the versions live with their shares, and those alone, and stores `record` as it is then. Each has an
   * instance that has answered its probe before anything changes. Rejects with FN_005 or FN_008 and changes nothing.
   */
  async put(
    record: FunctionRecord,
    shares: readonly Share[],
    alongside: Alongside,
    details: Partial<DeploymentDetails>,
  ): Promise<FunctionRecord> {
    const { fleet, catalog, requirements, publish } = this.#options;
    for (const { version } of shares) await requirements.check(record, version);
    for (const { version } of shares) await checkBindings(this.#options, record, version);
    const before = catalog.get(record.id);
    const anew = before?.record.name !== record.name;
    const lacking = shares.filter(
      ({ version }) => anew || fleet.instancesOf(record.id, version.id).length === 0,
    );
    const alone = shares.some(({ version }) => storesObjects(version.settings.bindings));
    if (alone && shares.length > 1) throw notSplit(record.name);
    const probed = await this.#startAll(record, lacking, alone);
    // With objects it was only probed: who has them goes before another may.
    if (alone) await this.#giveBack(probed);
    const fresh = alone ? [] : probed;
    let live: FunctionRecord;
    try {
      live = await this.#commit(record, shares, alongside, details);
    } catch (error) {
      await this.#giveBack(fresh);
      throw error;
    }
    for (const { version } of shares) fleet.forgive(record.id, version.id);
    for (const instance of fresh) fleet.admit(instance);
    await publish(record.id);
    const replaced = (before?.deployment?.versions ?? []).map(({ version }) => version);
    const handedOver = alone && lacking.length > 0;
    fleet.settle(record.id, { replaced, fresh: new Set(fresh), anew: anew || handedOver });
    if (handedOver) for (const { version } of lacking) this.#startSoon(record, version);
    return live;
  }

  /** A function that is live is to have schedules. @throws {AppError} FN_005 when it has no handler for them. */
  async assertScheduled({ id, activeVersion }: FunctionRecord): Promise<void> {
    const { fleet, runDir } = this.#options;
    if (activeVersion === null) return;
    const { slots } = await fleet.activate(id, activeVersion);
    const [slot] = slots;
    if (slot !== undefined) await probe(runDir.slotSocket(slot), true);
  }

  /** One after the other: several starts at a time would only take turns. */
  async #startAll(record: FunctionRecord, shares: readonly Share[], scratch: boolean): Promise<Instance[]> {
    const started: Instance[] = [];
    try {
      for (const { version } of shares) started.push(await this.#startProbed(record, version, scratch));
      return started;
    } catch (error) {
      await this.#giveBack(started);
      throw error;
    } finally {
      this.#options.progress.set(record.id, null);
    }
  }

  async #giveBack(instances: readonly Instance[]): Promise<void> {
    await Promise.all(instances.map((instance) => this.#options.supervisor.stop(instance, 0)));
  }

  /** Of a version that serves already; the caller admits it, or stops it. */
  startAnother(record: FunctionRecord, version: VersionRecord): Promise<Instance> {
    const { progress } = this.#options;
    return this.#startProbed(record, version).finally(() => progress.set(record.id, null));
  }

  /** Requests may wait for it already. A start that fails is told to them, and in the function's state. */
  #startSoon({ id, status }: FunctionRecord, version: VersionRecord): void {
    if (status !== 'disabled') this.#options.fleet.activate(id, version.id).catch(() => undefined);
  }

  async #startProbed(record: FunctionRecord, version: VersionRecord, scratch = false): Promise<Instance> {
    const { versions, supervisor, fleet, runDir, progress } = this.#options;
    progress.set(record.id, 'starting');
    const config = await versions.config(record, version, { scratch });
    const candidate = await fleet
      .start(record.id, version.id, config, { memoryMb: version.settings.memory })
      .catch(async (error: unknown) => Promise.reject(await versions.mapFailure(version, error)));
    progress.set(record.id, 'probing');
    try {
      await probe(runDir.slotSocket(candidate.slot), record.crons.length > 0);
      return candidate;
    } catch (error) {
      await supervisor.stop(candidate, 0);
      throw withBuildLogs(error, version.buildLogs);
    }
  }

  async #commit(
    record: FunctionRecord,
    shares: readonly Share[],
    alongside: Alongside,
    details: Partial<DeploymentDetails>,
  ): Promise<FunctionRecord> {
    const { store, catalog } = this.#options;
    const now = new Date().toISOString();
    const versions = newestFirst(shares).map(({ version, shareBp }) => ({ version: version.id, shareBp }));
    const active = mainVersion(versions, record.activeVersion);
    assert(active, 'a deployment has a version');
    const live: FunctionRecord = {
      ...record,
      status: record.status === 'disabled' ? 'disabled' : 'deployed',
      activeVersion: active,
      failedBuildLogs: null,
      updatedAt: now,
    };
    const id = newDeploymentId();
    await store.transaction(async (tx) => {
      for (const { version } of shares) await tx.versions.put(version);
      await tx.deployments.insert({
        ...{ id, functionId: record.id, versions, createdAt: now },
        details: { ...noDetails, ...details },
      });
      await tx.rollouts.supersede(
        record.id,
        details.rollout ?? null,
        `Deployment ${id} took its place.`,
        now,
      );
      await tx.functions.update(live.id, live);
      await alongside(tx, live);
    });
    const before = catalog.get(record.id);
    const known = before?.versions ?? [];
    // The newest first. A version that is live again after a newer one keeps its place.
    const added = versions.map(({ version }) => version).filter((version) => !known.includes(version));
    catalog.set({
      aliases: before?.aliases ?? new Map(),
      record: live,
      deployment: { versions },
      versions: [...added, ...known],
    });
    return live;
  }
}

/** The store's own times have the last word: a version that is made again is as old as it was. */
const newestFirst = (shares: readonly Share[]): readonly Share[] =>
  shares.toSorted((a, b) => (a.version.createdAt < b.version.createdAt ? 1 : -1));

const notSplit = (name: string): AppError =>
  new AppError(
    'FN_006',
    `"${name}" stores objects, and each has one owner: it cannot be split over versions. Give one of them 100 %.`,
  );

export function withBuildLogs(error: unknown, buildLogs: readonly string[]): unknown {
  if (!(error instanceof AppError) || error.code !== 'FN_005' || error.details.buildLogs) return error;
  return new AppError(
    'FN_005',
    error.message,
    { ...error.details, buildLogs: [...buildLogs, error.message] },
    error,
  );
}
