// Deployments: making versions live, alone or with shares, and going back to an earlier one.

import type { Caller } from '../model/access.ts';
import type { AuditChanges } from '../model/audit.ts';
import type { CreateDeployment } from '../model/deployment.ts';
import { AppError } from '../model/errors.ts';
import type { Deploy, DeploymentRecord, FunctionRecord, VersionRecord } from '../model/function.ts';
import { toBasisPoints, toPercent } from '../model/share.ts';
import type { DeploymentDetails } from '../model/version.ts';
import { versionBefore } from '../plan/version-before.ts';
import type { Store } from '../store/store.ts';
import { telling } from './alongside.ts';
import { detailsOf, saidBy } from './annotate.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { Share } from './deployer.ts';
import type { Change, FunctionWriter } from './function-writer.ts';
import type { FunctionRef, Page, PageRequest } from './platform.ts';
import { findVersion, type Versions } from './versions.ts';

/** How many deployments are looked back at for one to go back to. */
const lookedBackMax = 100;

export interface DeploymentsOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly queue: ChangeQueue;
  readonly writer: FunctionWriter;
  readonly versions: Versions;
}

export class Deployments {
  readonly #options: DeploymentsOptions;

  constructor(options: DeploymentsOptions) {
    this.#options = options;
  }

  deploy(by: Caller, ref: FunctionRef, input: Deploy): Promise<Change> {
    return this.#options.queue.change(by, ref, async (entry) => {
      const { store, versions, writer } = this.#options;
      const latest = await writer.latest(entry);
      if (!latest) {
        throw new AppError(
          'FN_005',
          `"${entry.record.name}" has no code that could be built: send it with PUT /functions/${entry.record.name} {"code": "..."}.`,
        );
      }
      const { record } = entry;
      const env = await store.env.list(record.id);
      const version = versions.withSettings(record, latest, env, saidBy(by, input));
      try {
        const alongside = telling(by, 'function.deploy', record);
        return await writer.makeLive(record, version, alongside, detailsOf(version));
      } catch (error) {
        // With a version that serves, the function is as it was; without one, whoever looks at it is told why.
        if (record.activeVersion === null) await writer.saveFailed(by, record, error);
        throw error;
      }
    });
  }

  rollback(by: Caller, ref: FunctionRef, version?: string, message?: string): Promise<Change> {
    return this.#options.queue.change(by, ref, async ({ record }) => {
      const target = version
        ? await findVersion(this.#options.store, record.id, version)
        : await this.#versionBefore(record);
      const details = { strategy: 'rollback', author: by.actor.name, message: message ?? null };
      const alongside = telling(by, 'function.rollback', record);
      return this.#options.writer.makeLive(record, target, alongside, details);
    });
  }

  /** Splits the traffic as asked for. */
  create(by: Caller, ref: FunctionRef, input: CreateDeployment): Promise<DeploymentRecord> {
    return this.#options.queue.change(by, ref, async (entry) => {
      const shares = await this.#shares(entry.record, input);
      return this.share(by, entry, shares, {
        strategy: input.strategy ?? null,
        message: input.message ?? null,
        author: by.actor.name,
      });
    });
  }

  /** For whoever has the function's turn. */
  async share(
    by: Caller,
    { record, deployment }: CatalogEntry,
    shares: readonly Share[],
    details: Partial<DeploymentDetails>,
  ): Promise<DeploymentRecord> {
    const { store, writer } = this.#options;
    const more: AuditChanges = {
      shares: { old: told(deployment?.versions ?? []), new: told(asStored(shares)) },
    };
    await writer.share(record, shares, telling(by, 'function.deploy', record, more), details);
    return (await store.deployments.newest(record.id)) as DeploymentRecord;
  }

  list(by: Caller, ref: FunctionRef, page: PageRequest): Promise<Page<DeploymentRecord>> {
    const { store, queue } = this.#options;
    return store.deployments.list(queue.find(by, ref).record.id, page);
  }

  async get(by: Caller, ref: FunctionRef, id: string): Promise<DeploymentRecord> {
    const { store, queue } = this.#options;
    const { record } = queue.find(by, ref);
    const found = await store.deployments.get(record.id, id);
    if (found) return found;
    throw new AppError(
      'FN_001',
      `This function has no deployment "${id.slice(0, 80)}": GET /functions/${record.id}/deployments lists them.`,
    );
  }

  async #shares(record: FunctionRecord, { versions }: CreateDeployment): Promise<Share[]> {
    const shares = await Promise.all(
      versions.map(async ({ version, share }) => ({
        version: await findVersion(this.#options.store, record.id, version),
        shareBp: toBasisPoints(share),
      })),
    );
    const ids = shares.map(({ version }) => version.id);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice === undefined) return shares;
    throw new AppError('FN_006', `versions names ${twice.slice(0, 8)} twice: give each version one share.`);
  }

  async #versionBefore(record: FunctionRecord): Promise<VersionRecord> {
    const { store } = this.#options;
    const { items } = await store.deployments.list(record.id, { limit: lookedBackMax });
    const before = versionBefore(items.map(({ versions }) => versions));
    const found = before && (await store.versions.get(record.id, before));
    if (found) return found;
    throw new AppError(
      'FN_001',
      'There is no earlier version to go back to: the function has had only this one.',
    );
  }
}

const asStored = (shares: readonly Share[]) =>
  shares.map(({ version, shareBp }) => ({ version: version.id, shareBp }));

/** As people give shares. */
const told = (shares: DeploymentRecord['versions']): Record<string, number> =>
  Object.fromEntries(shares.map(({ version, shareBp }) => [version, toPercent(shareBp)]));
