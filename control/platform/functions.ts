// Functions and what is done to them: create, change, delete, deploy, roll back, set their environment. Each
// change of one function waits for the one before it. What is answered has been committed, and so has its entry
// in the audit log.

import { type Caller, inScope } from '../model/access.ts';
import type { AuditAction } from '../model/audit.ts';
import { AppError } from '../model/errors.ts';
import type {
  Code,
  CreateFunction,
  EnvVariable,
  FunctionRecord,
  Kept,
  SetEnv,
  UpdateFunction,
  VersionRecord,
} from '../model/function.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import { environmentVariablesMax } from '../model/limits.ts';
import type { Shadow } from '../model/shadow.ts';
import { toBasisPoints } from '../model/share.ts';
import type { VersionAnnotations } from '../model/version.ts';
import { newFunctionId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import { compatibilityDateDefault } from '../workerd/compatibility.ts';
import { removing, telling, withEnv } from './alongside.ts';
import { environmentChanges, functionEntry, settingChanges } from './audit-entry.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import { type Alongside, type Deployer, withBuildLogs } from './deployer.ts';
import type { Fleet } from './fleet.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { FunctionRef } from './platform.ts';
import { refuseForeignRoutes, refuseOutsideOfScope } from './scope.ts';
import { findVersion, type Versions } from './versions.ts';

/** How long requests in flight may take when their function is deleted. */
const deletionGraceMs = 10_000;

export interface FunctionsOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly fleet: Fleet;
  readonly deployer: Deployer;
  readonly versions: Versions;
  /** Base domain of function hosts. */
  readonly domain: string;
  readonly publish: (functionId: string) => Promise<void>;
  /** Forgets the logs of a deleted function. */
  readonly onDeleted: (functionId: string) => void;
}

/** What a change led to: the function as it is now, and the version that it made, if it made one. */
export interface Change {
  readonly record: FunctionRecord;
  readonly version?: VersionRecord;
}

export class Functions {
  readonly #options: FunctionsOptions;
  readonly #lock = new KeyedLock();

  constructor(options: FunctionsOptions) {
    this.#options = options;
  }

  /** What is outside of the caller's projects is as if it were not there. */
  find({ actor }: Caller, { idOrName, project }: FunctionRef): CatalogEntry {
    const { catalog } = this.#options;
    const byId = catalog.get(idOrName);
    const entry =
      byId && (project === undefined || byId.record.project === project)
        ? byId
        : catalog.named(project ?? 'default', idOrName);
    if (entry && inScope(actor.projects, entry.record.project)) return entry;
    throw new AppError(
      'FN_001',
      `There is no function "${idOrName.slice(0, 80)}" in project "${(project ?? 'default').slice(0, 80)}": GET /functions lists them, and ?project= names another project.`,
    );
  }

  /** Undefined for a function that has none, or is gone. */
  newestVersion(id: FunctionId): VersionId | undefined {
    return this.#options.catalog.get(id)?.versions[0];
  }

  async create(by: Caller, input: CreateFunction & Kept): Promise<Change> {
    const { record, deployment } = await this.begin(by, input);
    return deployment ?? { record };
  }

  /** Stores the function; its first deployment, if there is code, goes on, and rejects as `create` does. */
  async begin(
    by: Caller,
    input: CreateFunction & Kept,
  ): Promise<{ readonly record: FunctionRecord; readonly deployment?: Promise<Change> }> {
    refuseOutsideOfScope(by, input.project);
    refuseForeignRoutes(by, input.routes, this.#options);
    return this.#lock.run(`${input.project}/${input.name}`, async () => {
      const existing = this.#options.catalog.named(input.project, input.name);
      // Someone may be at work on it, be it one that never had a version.
      const record = await (existing
        ? this.#lock.run(existing.record.id, () => this.#insert(by, input))
        : this.#insert(by, input));
      if (input.code === undefined) return { record };
      // Its turn is taken before anybody else can know of the function.
      const deployment = this.#lock.run(record.id, () =>
        this.#firstDeploy(by, record, input.code as Code, input),
      );
      return { record, deployment };
    });
  }

  update(by: Caller, ref: FunctionRef, input: UpdateFunction & Kept): Promise<Change> {
    return this.#changing(by, ref, async (entry) => {
      const { store, versions } = this.#options;
      const { record } = entry;
      const next = merged(record, input, await this.#shadowAfter(record, input));
      if (next.name !== record.name) this.#refuseTaken(next);
      const known = new Set(record.routes.map((route) => JSON.stringify(route)));
      const added = next.routes.filter((route) => !known.has(JSON.stringify(route)));
      refuseForeignRoutes(by, added, this.#options);
      const before = await store.env.list(record.id);
      const env = input.environment ? withPlain(before, input.environment) : before;
      const alongside = withEnv(by, 'function.update', record, before, env);
      const latest = await this.#latest(entry);
      const code =
        input.code ??
        (latest && needsBuild(record, next) ? await versions.signedCode(record, latest) : undefined);
      const said = { author: by.actor.name, ...input.annotations };
      if (code !== undefined) return this.#build(next, code, env, input.deploy ?? true, alongside, said);
      if (latest && entry.deployment && changesInstances(record, next, input)) {
        return this.#makeLive(next, versions.withSettings(next, latest, env, said), alongside);
      }
      return { record: await this.#save(next, alongside) };
    });
  }

  deploy(by: Caller, ref: FunctionRef): Promise<Change> {
    return this.#changing(by, ref, async (entry) => {
      const { store, versions } = this.#options;
      const latest = await this.#latest(entry);
      if (!latest) {
        throw new AppError(
          'FN_005',
          `"${entry.record.name}" has no code that could be built: send it with PUT /functions/${entry.record.name} {"code": "..."}.`,
        );
      }
      const { record } = entry;
      const env = await store.env.list(record.id);
      const version = versions.withSettings(record, latest, env);
      try {
        return await this.#makeLive(record, version, telling(by, 'function.deploy', record));
      } catch (error) {
        // With a version that serves, the function is as it was; without one, whoever looks at it is told why.
        if (record.activeVersion === null) await this.#saveFailed(by, record, error);
        throw error;
      }
    });
  }

  rollback(by: Caller, ref: FunctionRef, version?: string): Promise<Change> {
    return this.#changing(by, ref, async (entry) => {
      const { record } = entry;
      const target = version
        ? await findVersion(this.#options.store, record.id, version)
        : await this.#versionBefore(record);
      return this.#makeLive(record, target, telling(by, 'function.rollback', record));
    });
  }

  setEnv(by: Caller, ref: FunctionRef, { key, value, secret }: SetEnv): Promise<Change> {
    return this.#changingEnv(by, 'env.set', ref, (before) => {
      const others = before.filter((variable) => variable.key !== key);
      if (others.length >= environmentVariablesMax) {
        throw new AppError(
          'FN_006',
          `The function has ${others.length} environment variables, which is the most it may have: delete one first.`,
        );
      }
      return [...others, { key, value, secret, updatedAt: new Date().toISOString() }];
    });
  }

  deleteEnv(by: Caller, ref: FunctionRef, key: string): Promise<Change> {
    return this.#changingEnv(by, 'env.delete', ref, (before) => {
      const after = before.filter((variable) => variable.key !== key);
      if (after.length < before.length) return after;
      throw new AppError('FN_001', `The function has no environment variable "${key.slice(0, 128)}".`);
    });
  }

  delete(by: Caller, ref: FunctionRef): Promise<void> {
    return this.#changing(by, ref, async ({ record }) => {
      const { store, catalog, fleet, publish, onDeleted } = this.#options;
      // Whoever deletes a function wants it gone: a stream that never ends is no reason to wait.
      const graceMs = Math.min(fleet.graceMsOf(record.id), deletionGraceMs);
      await store.transaction(removing(by, record));
      catalog.delete(record.id);
      fleet.minimums.delete(record.id);
      await publish(record.id);
      fleet.retireInBackground(fleet.instancesOf(record.id), () => onDeleted(record.id), graceMs);
    });
  }

  /** Its instances end again and again, or have come to live. What was set meanwhile stays. */
  markFailed(id: FunctionId, failed: boolean): Promise<void> {
    return this.#lock.run(id, async () => {
      const { store, catalog } = this.#options;
      const entry = catalog.get(id);
      const [from, to] = failed ? (['deployed', 'failed'] as const) : (['failed', 'deployed'] as const);
      if (entry?.record.status !== from || entry.record.activeVersion === null) return;
      const { updatedAt } = entry.record;
      catalog.set({ ...entry, record: await store.functions.update(id, { status: to, updatedAt }) });
    });
  }

  /** Changes of one function follow each other; what is changed is looked up when its turn has come. */
  #changing<T>(by: Caller, ref: FunctionRef, change: (entry: CatalogEntry) => Promise<T>): Promise<T> {
    const { id } = this.find(by, ref).record;
    return this.#lock.run(id, () => change(this.find(by, { idOrName: id })));
  }

  async #insert(by: Caller, input: CreateFunction & Kept): Promise<FunctionRecord> {
    const { store, catalog, publish } = this.#options;
    const existing = catalog.named(input.project, input.name);
    // One that never had a version is what a failed first try left behind: trying again is no conflict.
    if (existing && (existing.versions.length > 0 || existing.record.status === 'draft')) {
      this.#refuseTaken(input);
    }
    if (existing) {
      await store.transaction(removing(by, existing.record));
      catalog.delete(existing.record.id);
      await publish(existing.record.id);
    }
    const record = newRecord(input);
    const env = Object.entries(input.environment).map(([key, value]) => ({
      ...{ key, value, secret: false, updatedAt: record.createdAt },
    }));
    await store.transaction(async (tx) => {
      await tx.functions.insert(record);
      for (const variable of env) await tx.env.set(record.id, variable);
      const changes = { ...settingChanges(undefined, record), ...environmentChanges([], env) };
      await tx.audit.add(functionEntry(by, 'function.create', record, changes));
    });
    catalog.set({ record, deployment: undefined, versions: [], aliases: new Map() });
    await publish(record.id);
    return record;
  }

  async #firstDeploy(
    by: Caller,
    record: FunctionRecord,
    code: Code,
    { deploy, annotations }: CreateFunction & Kept,
  ): Promise<Change> {
    const alongside = telling(by, deploy ? 'function.deploy' : 'function.update', record);
    try {
      const env = await this.#options.store.env.list(record.id);
      const said = { author: by.actor.name, ...annotations };
      return await this.#build(record, code, env, deploy, alongside, said);
    } catch (error) {
      await this.#saveFailed(by, record, error);
      throw error;
    }
  }

  #saveFailed(by: Caller, record: FunctionRecord, error: unknown): Promise<FunctionRecord> {
    const failed = { ...record, status: 'failed', failedBuildLogs: buildLogsOf(error) } as const;
    return this.#save(failed, telling(by, 'function.update', record));
  }

  async #build(
    record: FunctionRecord,
    code: Code,
    env: readonly EnvVariable[],
    deploy: boolean,
    alongside: Alongside,
    annotations: Partial<VersionAnnotations>,
  ): Promise<Change> {
    const version = await this.#options.versions.build(record, code, env, annotations);
    if (deploy) return this.#makeLive(record, version, alongside);
    await this.#options.store.versions.put(version);
    const entry = this.#options.catalog.get(record.id);
    if (!entry) throw new AppError('FN_001', `"${record.name}" was deleted while it was built.`);
    this.#options.catalog.set({
      ...entry,
      versions: entry.versions.includes(version.id) ? entry.versions : [version.id, ...entry.versions],
    });
    const status = record.status === 'building' || record.status === 'failed' ? 'draft' : record.status;
    const saved = await this.#save({ ...record, status, failedBuildLogs: null }, alongside, version);
    return { record: saved, version };
  }

  async #makeLive(record: FunctionRecord, version: VersionRecord, alongside: Alongside): Promise<Change> {
    try {
      const live = await this.#options.deployer.deploy(record, version, alongside);
      this.#trackMinimum(live);
      return { record: live, version };
    } catch (error) {
      throw withBuildLogs(error, version.buildLogs);
    }
  }

  /** Stores the record and lets the fronts know of it. */
  async #save(record: FunctionRecord, alongside: Alongside, made?: VersionRecord): Promise<FunctionRecord> {
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

  #trackMinimum({ id, scaling }: FunctionRecord): void {
    if (scaling.minInstances > 0) this.#options.fleet.minimums.add(id);
    else this.#options.fleet.minimums.delete(id);
  }

  /** A live function gets a version with the new environment; it is stored only if that version goes live. */
  #changingEnv(
    by: Caller,
    action: AuditAction,
    ref: FunctionRef,
    change: (before: readonly EnvVariable[]) => readonly EnvVariable[],
  ): Promise<Change> {
    return this.#changing(by, ref, async (entry) => {
      const { store, versions } = this.#options;
      const { record } = entry;
      const before = await store.env.list(record.id);
      const env = change(before);
      const alongside = withEnv(by, action, record, before, env);
      const live = await this.#live(entry);
      if (live) return this.#makeLive(record, versions.withSettings(record, live, env), alongside);
      await store.transaction((tx) => alongside(tx, record));
      return { record };
    });
  }

  async #live({ record }: CatalogEntry): Promise<VersionRecord | undefined> {
    return record.activeVersion
      ? this.#options.store.versions.get(record.id, record.activeVersion)
      : undefined;
  }

  #latest(entry: CatalogEntry): Promise<VersionRecord | undefined> {
    const id = entry.versions[0];
    return id ? this.#options.store.versions.get(entry.record.id, id) : Promise.resolve(undefined);
  }

  async #versionBefore(record: FunctionRecord): Promise<VersionRecord> {
    const { store } = this.#options;
    const { items } = await store.deployments.list(record.id, { limit: 100 });
    const before = items
      .flatMap(({ versions }) => versions.map(({ version }) => version))
      .find((version) => version !== record.activeVersion);
    const found = before && (await store.versions.get(record.id, before));
    if (found) return found;
    throw new AppError(
      'FN_001',
      'There is no earlier version to go back to: the function has had only this one.',
    );
  }

  async #shadowAfter(record: FunctionRecord, { shadow }: UpdateFunction): Promise<Shadow | null> {
    if (shadow === undefined) return record.shadow;
    if (shadow === null) return null;
    const { id } = await findVersion(this.#options.store, record.id, shadow.version);
    return { version: id, shareBp: toBasisPoints(shadow.share) };
  }

  #refuseTaken({ project, name }: { project: string; name: string }): void {
    const other = this.#options.catalog.named(project, name);
    if (!other) return;
    throw new AppError(
      'FN_006',
      `Project "${project}" has a function "${name}" already (${other.record.id}): change it with PUT /functions/${name}, or choose another name.`,
      { status: 409 },
    );
  }
}

/** What a failed build said, or for want of that why it failed. */
const buildLogsOf = (error: unknown): readonly string[] =>
  (error instanceof AppError ? error.details.buildLogs : undefined) ?? [
    error instanceof Error ? error.message : String(error),
  ];

/** Secrets stay; plain variables become just the given ones. */
function withPlain(
  before: readonly EnvVariable[],
  environment: Readonly<Record<string, string>>,
): EnvVariable[] {
  const updatedAt = new Date().toISOString();
  return [
    ...before.filter(({ key, secret }) => secret && !(key in environment)),
    ...Object.entries(environment).map(([key, value]) => ({ key, value, secret: false, updatedAt })),
  ];
}

export function newRecord(input: CreateFunction & Kept): FunctionRecord {
  const {
    code,
    deploy: _deploy,
    environment: _environment,
    compatibility_date,
    compatibility_flags,
    cpu_ms,
    wait_until_timeout,
    stream_timeout,
    rate_limit,
    labels,
    env_required,
    annotations: _annotations,
    assets,
    migrationTag,
    ...settings
  } = input;
  const now = new Date().toISOString();
  return {
    ...settings,
    id: newFunctionId(),
    compatibilityDate: compatibility_date ?? compatibilityDateDefault,
    compatibilityFlags: compatibility_flags,
    cpuMs: cpu_ms,
    waitUntilTimeout: wait_until_timeout,
    streamTimeout: stream_timeout,
    rateLimit: rate_limit,
    labels: labels ?? {},
    envRequired: env_required,
    environment: 'prod',
    base: input.name,
    shadow: null,
    assets: assets ?? null,
    migrationTag: migrationTag ?? null,
    failedBuildLogs: null,
    status: code === undefined ? 'draft' : 'building',
    activeVersion: null,
    createdAt: now,
    updatedAt: now,
  };
}

function merged(record: FunctionRecord, input: UpdateFunction & Kept, shadow: Shadow | null): FunctionRecord {
  const {
    code: _code,
    deploy: _deploy,
    environment: _environment,
    status,
    compatibility_date,
    compatibility_flags,
    cpu_ms,
    wait_until_timeout,
    stream_timeout,
    rate_limit,
    labels,
    env_required,
    annotations: _annotations,
    shadow: _shadow,
    ...rest
  } = input;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...record,
    ...given,
    compatibilityDate: compatibility_date ?? record.compatibilityDate,
    compatibilityFlags: compatibility_flags ?? record.compatibilityFlags,
    cpuMs: cpu_ms === undefined ? record.cpuMs : cpu_ms,
    waitUntilTimeout: wait_until_timeout ?? record.waitUntilTimeout,
    streamTimeout: stream_timeout ?? record.streamTimeout,
    rateLimit: rate_limit === undefined ? record.rateLimit : rate_limit,
    labels: { ...record.labels, ...labels },
    envRequired: env_required ?? record.envRequired,
    base: rest.name !== undefined && record.base === record.name ? rest.name : record.base,
    shadow,
    status: statusAfter(record, status),
  };
}

function statusAfter(record: FunctionRecord, wanted: UpdateFunction['status']): FunctionRecord['status'] {
  if (wanted === 'disabled') return 'disabled';
  if (wanted === 'enabled' && record.status === 'disabled')
    return record.activeVersion ? 'deployed' : 'draft';
  return record.status;
}

const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

function needsBuild(before: FunctionRecord, after: FunctionRecord): boolean {
  return (
    before.handler !== after.handler ||
    before.convention !== after.convention ||
    differs(before.dependencies, after.dependencies)
  );
}

function changesInstances(
  before: FunctionRecord,
  after: FunctionRecord,
  input: UpdateFunction & Kept,
): boolean {
  return (
    input.environment !== undefined ||
    before.name !== after.name ||
    before.memory !== after.memory ||
    before.concurrency !== after.concurrency ||
    before.waitUntilTimeout !== after.waitUntilTimeout ||
    differs(before.egress, after.egress) ||
    differs(before.bindings, after.bindings) ||
    differs(before.assets, after.assets) ||
    before.compatibilityDate !== after.compatibilityDate ||
    differs(before.compatibilityFlags, after.compatibilityFlags)
  );
}
