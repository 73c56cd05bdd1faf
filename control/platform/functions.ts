// Functions and what is done to them: create, change, delete. Each change of one function waits for the one before
// it. What is answered has been committed, and so has its entry in the audit log.

import type { Caller } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type {
  Code,
  CreateFunction,
  EnvVariable,
  FunctionRecord,
  Kept,
  UpdateFunction,
  VersionRecord,
} from '../model/function.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import type { ReadyMade } from '../model/ready-made.ts';
import type { Shadow } from '../model/shadow.ts';
import { toBasisPoints } from '../model/share.ts';
import type { VersionAnnotations } from '../model/version.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { removing, telling, withEnv } from './alongside.ts';
import { detailsOf, saidBy } from './annotate.ts';
import { environmentChanges, functionEntry, settingChanges } from './audit-entry.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import type { ChangeQueue } from './change-queue.ts';
import { checkRuleKeys } from './check-rule-keys.ts';
import type { Alongside } from './deployer.ts';
import { environmentAfter, type Seal } from './environment-after.ts';
import { checkExperiments } from './experiments/check-experiments.ts';
import { ExperimentNames } from './experiments/experiment-names.ts';
import type { Fleet } from './fleet.ts';
import type { Change, FunctionWriter } from './function-writer.ts';
import { changesInstances, mergeRecord, needsBuild } from './merge-record.ts';
import { newRecord } from './new-record.ts';
import { type PlacedInput, placeNew, refuseGoneEnvironment, refuseRename, tellPlace } from './place-new.ts';
import type { FunctionRef } from './platform.ts';
import { refuseRuleConflicts } from './refuse-rule-conflicts.ts';
import type { Regions } from './regions.ts';
import type { Requirements } from './requirements.ts';
import { RouteClaims, routeText } from './route-claims.ts';
import type { RuleSecrets } from './rule-secrets.ts';
import { refuseForeignRoutes, refuseOutsideOfScope } from './scope.ts';
import { findVersion, type Versions } from './versions.ts';

/** How long requests in flight may take when their function is deleted. */
const deletionGraceMs = 10_000;

export interface FunctionsOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly fleet: Fleet;
  readonly versions: Versions;
  readonly vault: Vault;
  readonly queue: ChangeQueue;
  readonly writer: FunctionWriter;
  readonly requirements: Requirements;
  readonly ruleSecrets: RuleSecrets;
  readonly regions: Pick<Regions, 'check'>;
  /** Base domain of function hosts. */
  readonly domain: string;
  readonly publish: (functionId: string) => Promise<void>;
  /** Forgets the logs of a deleted function. */
  readonly onDeleted: (functionId: string) => void;
}

export class Functions {
  readonly #options: FunctionsOptions;
  readonly #claims: RouteClaims;
  readonly #experimentNames: ExperimentNames;

  constructor(options: FunctionsOptions) {
    this.#options = options;
    this.#claims = new RouteClaims(options.catalog);
    this.#experimentNames = new ExperimentNames(options.catalog);
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
    given: CreateFunction & Kept,
  ): Promise<{ readonly record: FunctionRecord; readonly deployment?: Promise<Change> }> {
    refuseOutsideOfScope(by, given.project);
    refuseForeignRoutes(by, given.routes, this.#options);
    const placed = await placeNew(given, this.#options);
    const { input } = placed;
    // Before anything of the project can be sealed, or named after what is.
    await this.#options.vault.prepare(input.project);
    return this.#options.queue.inTurn(`${input.project}/${input.name}`, async () => {
      const existing = this.#options.catalog.named(input.project, input.name);
      // Someone may be at work on it, be it one that never had a version.
      const record = await (existing
        ? this.#options.queue.inTurn(existing.record.id, () => this.#insert(by, placed))
        : this.#insert(by, placed));
      const code = input.modules ?? input.code;
      if (code === undefined) return { record };
      // Its turn is taken before anybody else can know of the function.
      const deployment = this.#options.queue.inTurn(record.id, () =>
        this.#firstDeploy(by, record, code, input),
      );
      return { record, deployment };
    });
  }

  update(by: Caller, ref: FunctionRef, input: UpdateFunction & Kept): Promise<Change> {
    return this.#options.queue.change(by, ref, async (entry) => {
      const { record } = entry;
      const merged = mergeRecord(record, input, await this.#shadowAfter(record, input));
      const touched = input.rules !== undefined || input.routes !== undefined;
      const next = touched ? await checkExperiments(this.#options, merged) : merged;
      refuseRename(record, next, this.#options.catalog);
      if (next.name !== record.name) this.#refuseTaken(next);
      const known = new Set(record.routes.map(routeText));
      const added = next.routes.filter((route) => !known.has(routeText(route)));
      refuseForeignRoutes(by, added, this.#options);
      const change = (): Promise<Change> => this.#change(by, entry, next, input);
      return this.#claims.during(by.actor, next, record.routes, () =>
        touched ? this.#experimentNames.during(next, change) : change(),
      );
    });
  }

  async #change(
    by: Caller,
    entry: CatalogEntry,
    next: FunctionRecord,
    input: UpdateFunction & Kept,
  ): Promise<Change> {
    const { store, versions, writer } = this.#options;
    const { record } = entry;
    const before = await store.env.list(record.id);
    const env = environmentAfter(before, input, this.#sealIn(record.project));
    refuseRuleConflicts(next);
    checkRuleKeys(next);
    await this.#options.ruleSecrets.check(next, env);
    this.#options.regions.check(next, record);
    const alongside = withEnv(by, 'function.update', record, before, env);
    // What was built and not made live stays so: a change of settings is no deploy of it.
    // Variables for a version that is only kept are another matter: that one builds upon the newest.
    const keeps = input.deploy === false && input.variables !== undefined;
    const base = (keeps ? undefined : await writer.live(entry)) ?? (await writer.latest(entry));
    const code =
      input.modules ??
      input.code ??
      (base && needsBuild(record, next) ? await versions.signedSource(record, base) : undefined);
    const said = saidBy(by, input);
    if (code !== undefined) return this.#build(next, code, env, input.deploy ?? true, alongside, said);
    if (base && entry.deployment && changesInstances(record, next, input)) {
      const version = versions.withSettings(next, base, env, said);
      if (input.deploy === false) return this.#keepVersion(next, version, alongside);
      return writer.makeLive(next, version, alongside, detailsOf(version));
    }
    if (next.crons.length > 0 && record.crons.length === 0) await writer.assertScheduled(next);
    if (input.env_required !== undefined) await this.#options.requirements.checkLive(next, entry.deployment);
    return { record: await writer.save(next, alongside) };
  }

  delete(by: Caller, ref: FunctionRef): Promise<void> {
    return this.#options.queue.change(by, ref, async ({ record }) => {
      const { store, catalog, fleet, publish, onDeleted } = this.#options;
      // Whoever deletes a function wants it gone: a stream that never ends is no reason to wait.
      const graceMs = Math.min(fleet.graceMsOf(record.id), deletionGraceMs);
      await store.transaction(async (tx) => {
        await removing(by, record)(tx);
        await tx.overlay.clearFunction(record.project, record.environment, record.base);
      });
      catalog.delete(record.id);
      fleet.minimums.delete(record.id);
      await publish(record.id);
      fleet.retireInBackground(fleet.instancesOf(record.id), () => onDeleted(record.id), graceMs);
    });
  }

  /** Its instances end again and again, or have come to live. What was set meanwhile stays. */
  markFailed(id: FunctionId, failed: boolean): Promise<void> {
    return this.#options.queue.inTurn(id, async () => {
      const { store, catalog } = this.#options;
      const entry = catalog.get(id);
      const [from, to] = failed ? (['deployed', 'failed'] as const) : (['failed', 'deployed'] as const);
      if (entry?.record.status !== from || entry.record.activeVersion === null) return;
      const { updatedAt } = entry.record;
      catalog.set({ ...entry, record: await store.functions.update(id, { status: to, updatedAt }) });
    });
  }

  #sealIn(project: string): Seal {
    return (key, value) => this.#options.vault.seal(project, key, value);
  }

  async #insert(by: Caller, { input, place }: PlacedInput): Promise<FunctionRecord> {
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
    const record = await checkExperiments(this.#options, newRecord(input, place));
    const env = environmentAfter([], input, this.#sealIn(record.project));
    refuseRuleConflicts(record);
    checkRuleKeys(record);
    await this.#options.ruleSecrets.check(record, env);
    this.#options.regions.check(record);
    const insert = async (): Promise<FunctionRecord> => {
      await store.transaction(async (tx) => {
        await refuseGoneEnvironment(tx, record);
        await tx.functions.insert(record);
        for (const variable of env) await tx.env.set(record.id, variable);
        const changes = { ...settingChanges(undefined, record), ...environmentChanges([], env) };
        await tx.audit.add(functionEntry(by, 'function.create', record, changes));
      });
      catalog.set({ record, deployment: undefined, versions: [], aliases: new Map() });
      await publish(record.id);
      return record;
    };
    return this.#claims.during(by.actor, record, [], () => this.#experimentNames.during(record, insert));
  }

  async #firstDeploy(
    by: Caller,
    record: FunctionRecord,
    code: Code | ReadyMade,
    input: CreateFunction & Kept,
  ): Promise<Change> {
    const alongside = telling(by, input.deploy ? 'function.deploy' : 'function.update', record);
    try {
      const env = await this.#options.store.env.list(record.id);
      const said = saidBy(by, input);
      return await this.#build(record, code, env, input.deploy, alongside, said);
    } catch (error) {
      await this.#options.writer.saveFailed(by, record, error);
      throw error;
    }
  }

  async #build(
    record: FunctionRecord,
    code: Code | ReadyMade,
    env: readonly EnvVariable[],
    deploy: boolean,
    alongside: Alongside,
    annotations: Partial<VersionAnnotations>,
  ): Promise<Change> {
    const built = await this.#options.versions.build(record, code, env, annotations);
    const version = { ...built, buildLogs: [...tellPlace(record), ...built.buildLogs] };
    return deploy
      ? this.#options.writer.makeLive(record, version, alongside, detailsOf(version))
      : this.#keepVersion(record, version, alongside);
  }

  /** Stores a version that is not made live. */
  async #keepVersion(record: FunctionRecord, version: VersionRecord, alongside: Alongside): Promise<Change> {
    await this.#options.store.versions.put(version);
    const entry = this.#options.catalog.get(record.id);
    if (!entry) throw new AppError('FN_001', `"${record.name}" was deleted while it was built.`);
    this.#options.catalog.set({
      ...entry,
      versions: entry.versions.includes(version.id) ? entry.versions : [version.id, ...entry.versions],
    });
    const status = record.status === 'building' || record.status === 'failed' ? 'draft' : record.status;
    const saved = await this.#options.writer.save(
      { ...record, status, failedBuildLogs: null },
      alongside,
      version,
    );
    return { record: saved, version };
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
