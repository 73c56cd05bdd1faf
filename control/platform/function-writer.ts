// How changes of a function get into the store, the catalog and the fronts; whoever calls has the function's turn.

import type { Caller } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord, VersionRecord } from '../model/function.ts';
import type { DeploymentDetails } from '../model/version.ts';
import type { Store } from '../store/store.ts';
import { telling } from './alongside.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import { type Alongside, type Deployer, type Share, withBuildLogs } from './deployer.ts';
import type { Fleet } from './fleet.ts';

/** What a change led to: the function as it is now, and the version that it made, if it made one. */
export interface Change {
  readonly record: FunctionRecord;
  readonly version?: VersionRecord;
}

export interface FunctionWriterOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly fleet: Pick<Fleet, 'minimums' | 'shareProcessors'>;
  readonly deployer: Pick<Deployer, 'put' | 'assertScheduled'>;
  readonly publish: (functionId: string) => Promise<void>;
}

export class FunctionWriter {
  readonly #options: FunctionWriterOptions;

  constructor(options: FunctionWriterOptions) {
    this.#options = options;
  }

  /** Gives the version all of the traffic; rejects with FN_005 and the build log, or FN_008, and changes nothing. */
  async makeLive(
    record: FunctionRecord,
    version: VersionRecord,
    alongside: Alongside,
    details: Partial<DeploymentDetails>,
  ): Promise<Change> {
    try {
      const live = await this.share(record, [{ version, shareBp: 10_000 }], alongside, details);
      return { record: live, version };
    } catch (error) {
      throw withBuildLogs(error, version.buildLogs);
    }
  }

  /** Splits the traffic. */
  async share(
    record: FunctionRecord,
    shares: readonly Share[],
    alongside: Alongside,
    details: Partial<DeploymentDetails>,
  ): Promise<FunctionRecord> {
    const live = await this.#options.deployer.put(record, shares, alongside, details);
    this.#trackMinimum(live);
    return live;
  }

  /** Before a function that is live gets schedules. @throws {AppError} FN_005 when it has no handler for them. */
  assertScheduled(record: FunctionRecord): Promise<void> {
    return this.#options.deployer.assertScheduled(record);
  }

  /** Stores the record and lets the fronts know of it. */
  async save(record: FunctionRecord, alongside: Alongside, made?: VersionRecord): Promise<FunctionRecord> {
    const { store, catalog, publish } = this.#options;
    const saved = { ...record, updatedAt: new Date().toISOString() };
    await store.transaction(async (tx) => {
      await tx.functions.update(saved.id, saved);
      await alongside(tx, saved, made);
    });
    const entry = catalog.get(record.id);
    catalog.set({
      ...{ deployment: undefined, versions: [], aliases: new Map() },
      ...entry,
      record: saved,
    });
    this.#trackMinimum(saved);
    this.#options.fleet.shareProcessors(saved.id);
    await publish(record.id);
    return saved;
  }

  #trackMinimum({ id }: FunctionRecord): void {
    if ((this.#options.catalog.rules(id)?.minInstances ?? 0) > 0) this.#options.fleet.minimums.add(id);
    else this.#options.fleet.minimums.delete(id);
  }

  /** Of a function that has no version that serves: whoever looks at it is told why. */
  saveFailed(by: Caller, record: FunctionRecord, error: unknown): Promise<FunctionRecord> {
    const failed = { ...record, status: 'failed', failedBuildLogs: buildLogsOf(error) } as const;
    return this.save(failed, telling(by, 'function.update', record));
  }

  async live({ record }: CatalogEntry): Promise<VersionRecord | undefined> {
    return record.activeVersion
      ? this.#options.store.versions.get(record.id, record.activeVersion)
      : undefined;
  }

  latest(entry: CatalogEntry): Promise<VersionRecord | undefined> {
    const id = entry.versions[0];
    return id ? this.#options.store.versions.get(entry.record.id, id) : Promise.resolve(undefined);
  }
}

/** What a failed build said, or for want of that why it failed. */
const buildLogsOf = (error: unknown): readonly string[] =>
  (error instanceof AppError ? error.details.buildLogs : undefined) ?? [
    error instanceof Error ? error.message : String(error),
  ];
