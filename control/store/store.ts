// The control state: one database, asked through one object per noun.
//
// When a write's promise resolves, it is on disk: neither `kill -9` nor a power loss undoes it. Every write by
// itself costs an fsync; what belongs together goes into one `transaction`, and costs one.

import { strict as assert } from 'node:assert';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely, type KyselyPlugin } from 'kysely';
import { Aliases } from './aliases.ts';
import { ApiKeys } from './api-keys.ts';
import { AssetRecords } from './asset-records.ts';
import { Audit } from './audit.ts';
import { Certificates } from './certificates.ts';
import type { DataDir } from './data-dir.ts';
import { DataKeys } from './data-keys.ts';
import { Deployments } from './deployments.ts';
import { DispatchNamespaces } from './dispatch-namespaces.ts';
import { Env } from './env.ts';
import { Environments } from './environments.ts';
import { ExperimentResults } from './experiment-results.ts';
import { Functions } from './functions.ts';
import { Idempotency } from './idempotency.ts';
import { InvocationTimes } from './invocation-times.ts';
import { Keys } from './keys.ts';
import { migrate } from './migrate.ts';
import { ObjectClasses } from './object-classes.ts';
import { openSqlite } from './open-sqlite.ts';
import { OverlayEnv } from './overlay.ts';
import { Projects } from './projects.ts';
import { Regions } from './regions.ts';
import { Rollouts } from './rollouts.ts';
import { ScheduleRuns } from './schedule-runs.ts';
import type { Schema } from './schema.ts';
import { SealingProgress } from './sealing-progress.ts';
import { SecretVersions } from './secret-versions.ts';
import { NodeSqliteDialect } from './sqlite-dialect.ts';
import { Versions } from './versions.ts';

export interface Repositories {
  readonly projects: Projects;
  readonly environments: Environments;
  readonly overlay: OverlayEnv;
  readonly functions: Functions;
  readonly versions: Versions;
  readonly deployments: Deployments;
  readonly rollouts: Rollouts;
  readonly regions: Regions;
  readonly aliases: Aliases;
  readonly objectClasses: ObjectClasses;
  readonly dispatchNamespaces: DispatchNamespaces;
  readonly env: Env;
  readonly idempotency: Idempotency;
  readonly invocationTimes: InvocationTimes;
  readonly keys: Keys;
  readonly apiKeys: ApiKeys;
  readonly audit: Audit;
  readonly scheduleRuns: ScheduleRuns;
  readonly dataKeys: DataKeys;
  readonly certificates: Certificates;
  readonly secretVersions: SecretVersions;
  readonly sealing: SealingProgress;
  readonly assets: AssetRecords;
  readonly experiments: ExperimentResults;
}

export interface Store extends Repositories {
  /**
   * Commits all that `work` does through `within`, or nothing if it rejects. All other queries wait
   * meanwhile, so `work` awaits nothing but queries. Using the store itself inside would wait for ever,
   * and is refused.
   */
  transaction<T>(work: (within: Repositories) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @throws {AppError} SYS_001 or SYS_002 with the path and what to do. */
export async function openStore(dataDir: Pick<DataDir, 'stateDb'>): Promise<Store> {
  const path = dataDir.stateDb;
  const db = new Kysely<Schema>({ dialect: new NodeSqliteDialect(openSqlite(path, 'full'), path) });
  try {
    await migrate(db, path);
    const store = new KyselyStore(db);
    await store.idempotency.forgetRunning();
    return store;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

const repositories = (db: Kysely<Schema>): Repositories => ({
  projects: new Projects(db),
  environments: new Environments(db),
  overlay: new OverlayEnv(db),
  functions: new Functions(db),
  versions: new Versions(db),
  deployments: new Deployments(db),
  rollouts: new Rollouts(db),
  regions: new Regions(db),
  aliases: new Aliases(db),
  objectClasses: new ObjectClasses(db),
  dispatchNamespaces: new DispatchNamespaces(db),
  env: new Env(db),
  idempotency: new Idempotency(db),
  invocationTimes: new InvocationTimes(db),
  keys: new Keys(db),
  apiKeys: new ApiKeys(db),
  audit: new Audit(db),
  scheduleRuns: new ScheduleRuns(db),
  dataKeys: new DataKeys(db),
  certificates: new Certificates(db),
  secretVersions: new SecretVersions(db),
  sealing: new SealingProgress(db),
  assets: new AssetRecords(db),
  experiments: new ExperimentResults(db),
});

/** The transaction that the current code runs in. Work that it started may outlive it, hence `open`. */
const currentTransaction = new AsyncLocalStorage<{ open: boolean }>();

const refuseInTransaction: KyselyPlugin = {
  transformQuery: ({ node }) => {
    assert(
      currentTransaction.getStore()?.open !== true,
      'the store was used inside of a transaction: use what `transaction` hands to the work',
    );
    return node;
  },
  transformResult: async ({ result }) => result,
};

class KyselyStore implements Store {
  readonly #db: Kysely<Schema>;
  readonly projects: Projects;
  readonly environments: Environments;
  readonly overlay: OverlayEnv;
  readonly functions: Functions;
  readonly versions: Versions;
  readonly deployments: Deployments;
  readonly rollouts: Rollouts;
  readonly regions: Regions;
  readonly aliases: Aliases;
  readonly objectClasses: ObjectClasses;
  readonly dispatchNamespaces: DispatchNamespaces;
  readonly env: Env;
  readonly idempotency: Idempotency;
  readonly invocationTimes: InvocationTimes;
  readonly keys: Keys;
  readonly apiKeys: ApiKeys;
  readonly audit: Audit;
  readonly scheduleRuns: ScheduleRuns;
  readonly dataKeys: DataKeys;
  readonly certificates: Certificates;
  readonly secretVersions: SecretVersions;
  readonly sealing: SealingProgress;
  readonly assets: AssetRecords;
  readonly experiments: ExperimentResults;

  constructor(db: Kysely<Schema>) {
    const outside = repositories(db.withPlugin(refuseInTransaction));
    this.#db = db;
    this.projects = outside.projects;
    this.environments = outside.environments;
    this.overlay = outside.overlay;
    this.functions = outside.functions;
    this.versions = outside.versions;
    this.deployments = outside.deployments;
    this.rollouts = outside.rollouts;
    this.regions = outside.regions;
    this.aliases = outside.aliases;
    this.objectClasses = outside.objectClasses;
    this.dispatchNamespaces = outside.dispatchNamespaces;
    this.env = outside.env;
    this.idempotency = outside.idempotency;
    this.invocationTimes = outside.invocationTimes;
    this.keys = outside.keys;
    this.apiKeys = outside.apiKeys;
    this.audit = outside.audit;
    this.scheduleRuns = outside.scheduleRuns;
    this.dataKeys = outside.dataKeys;
    this.certificates = outside.certificates;
    this.secretVersions = outside.secretVersions;
    this.sealing = outside.sealing;
    this.assets = outside.assets;
    this.experiments = outside.experiments;
  }

  async transaction<T>(work: (within: Repositories) => Promise<T>): Promise<T> {
    assert(currentTransaction.getStore()?.open !== true, 'transactions do not nest');
    const state = { open: true };
    return await this.#db.transaction().execute(async (within) => {
      try {
        return await currentTransaction.run(state, () => work(repositories(within)));
      } finally {
        state.open = false;
      }
    });
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}
