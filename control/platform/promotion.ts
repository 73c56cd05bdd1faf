// The very same version goes live in another environment: its id, bundle, settings, annotations and signature are
// copied as they are, and nothing is built. What differs there is what is set there: variables, routes.

import type { Caller } from '../model/access.ts';
import { functionNameIn } from '../model/environment.ts';
import { AppError } from '../model/errors.ts';
import { type EnvVariable, type FunctionRecord, nameSchema, type VersionRecord } from '../model/function.ts';
import { newFunctionId } from '../store/new-id.ts';
import type { Repositories, Store } from '../store/store.ts';
import { storeEnv, telling } from './alongside.ts';
import { environmentChanges, functionEntry, settingChanges } from './audit-entry.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { Alongside } from './deployer.ts';
import type { Change, FunctionWriter } from './function-writer.ts';
import { noEnvironment } from './no-environment.ts';
import type { FunctionRef, Promotion } from './platform.ts';
import type { Requirements } from './requirements.ts';
import type { RuleSecrets } from './rule-secrets.ts';
import { findVersion } from './versions.ts';

export interface PromotionsOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly queue: ChangeQueue;
  readonly writer: Pick<FunctionWriter, 'makeLive'>;
  readonly requirements: Requirements;
  readonly ruleSecrets: Pick<RuleSecrets, 'check'>;
  readonly publish: (functionId: string) => Promise<void>;
}

export class Promotions {
  readonly #options: PromotionsOptions;

  constructor(options: PromotionsOptions) {
    this.#options = options;
  }

  /** Rejects as a deploy does, and changes nothing then, but that a function which was made for it stays as a draft. */
  async promote(by: Caller, ref: FunctionRef, promotion: Promotion): Promise<Change> {
    const { from, to, version } = promotion;
    const { store, queue } = this.#options;
    const source = this.#source(by, ref, from);
    const { project, base, environment } = source.record;
    if (environment === to)
      throw new AppError(
        'FN_006',
        `"${source.record.name}" is in ${to} already: name where its version comes from, as in {"from": "staging", "to": "${to}"}.`,
      );
    if (!(await store.environments.get(project, to))) throw noEnvironment(project, to);
    const promoted = await this.#version(source, version);
    return queue.inTurn(`${project}/${functionNameIn(base, to)}`, async () => {
      const target = await this.#target(by, source.record, to, promoted);
      return queue.inTurn(target.record.id, () =>
        this.#goLive(by, source.record, target.record.id, promoted, promotion.replaceVariables === true),
      );
    });
  }

  #source(by: Caller, ref: FunctionRef, from: string | undefined): CatalogEntry {
    const { queue, catalog } = this.#options;
    if (from === undefined) return queue.find(by, ref);
    // An id, or a whole name, stands for the function in all of its environments.
    const named = catalog.get(ref.idOrName)?.record;
    if (!named) return queue.find(by, { ...ref, environment: from });
    const { record } = queue.find(by, { idOrName: named.id });
    return queue.find(by, { idOrName: record.base, project: record.project, environment: from });
  }

  async #version({ record }: CatalogEntry, wanted: string | undefined): Promise<VersionRecord> {
    const { store } = this.#options;
    if (wanted !== undefined) return findVersion(store, record.id, wanted);
    const live = record.activeVersion && (await store.versions.get(record.id, record.activeVersion));
    if (live) return live;
    throw new AppError(
      'FN_001',
      `"${record.name}" has no version that is live: deploy one, or name a version.`,
    );
  }

  /** What is not there is made once it is known that the version may go live there. */
  async #target(
    by: Caller,
    source: FunctionRecord,
    to: string,
    version: VersionRecord,
  ): Promise<CatalogEntry> {
    const { catalog, requirements, ruleSecrets } = this.#options;
    const { project, base } = source;
    const existing = catalog.inEnvironment(project, base, to);
    if (existing) return existing;
    const made = targetRecord(source, to);
    const fault = nameSchema.safeParse(made.name).error?.issues[0]?.message;
    if (fault !== undefined)
      throw new AppError('FN_006', `In ${to} the function is called "${made.name}", which ${fault}.`);
    const taken = catalog.named(project, made.name);
    if (taken)
      throw new AppError(
        'FN_006',
        `In ${to} the function is called "${made.name}", and project "${project}" has a function of that name in ${taken.record.environment}: rename that one first.`,
        { status: 409 },
      );
    await requirements.check(made, version);
    await ruleSecrets.check(made, version.settings.env);
    await this.#options.store.transaction(async (tx) => {
      await tx.functions.insert(made);
      await tx.audit.add(functionEntry(by, 'function.create', made, settingChanges(undefined, made)));
    });
    const entry = { record: made, deployment: undefined, versions: [], aliases: new Map() };
    catalog.set(entry);
    await this.#options.publish(made.id);
    return entry;
  }

  async #goLive(
    by: Caller,
    source: FunctionRecord,
    id: FunctionRecord['id'],
    version: VersionRecord,
    replaceVariables: boolean,
  ): Promise<Change> {
    const { store, queue, writer } = this.#options;
    const { record } = queue.find(by, { idOrName: id });
    const promoted: VersionRecord = { ...version, functionId: id };
    const before = await store.env.list(id);
    // Its own variables are a part of the version; later builds there begin with them.
    const after = promoted.settings.env.map((variable) => ownVariable(variable, before));
    await this.#options.ruleSecrets.check(record, after);
    if (!replaceVariables) await this.#refuseLoss(source, record, before, after);
    const tell = telling(by, 'function.promote', record, {
      promoted: { new: { version: version.id, from: source.environment, to: record.environment } },
      ...environmentChanges(before, after),
    });
    const alongside: Alongside = async (tx: Repositories, ...rest) => {
      await storeEnv(tx, id, before, after, by.actor.name);
      await tell(tx, ...rest);
    };
    const details = { author: by.actor.name, reason: `promoted from ${source.environment}` };
    return writer.makeLive(record, promoted, alongside, details);
  }

  /** Variables that an earlier promotion brought are the source's; others were set there, a secret of prod among them. */
  async #refuseLoss(
    source: FunctionRecord,
    target: FunctionRecord,
    before: readonly EnvVariable[],
    after: readonly EnvVariable[],
  ): Promise<void> {
    const { store } = this.#options;
    const live = target.activeVersion;
    if (live !== null && (await store.versions.get(source.id, live))) return;
    const lost = before.filter((one) => !after.includes(one)).map(({ key }) => key);
    if (lost.length === 0) return;
    throw new AppError(
      'FN_006',
      `"${target.name}" has variables of its own that would be replaced or taken away: ${lost.join(', ')}. Set what differs at the environment, for this function or for all (POST /projects/${target.project}/environments/${target.environment}/env, selvedge env set), where it stays; or send "replace_variables": true (--replace-variables).`,
      { status: 409 },
    );
  }
}

/** Settings are those of the source; its routes and its shadow are not taken along, as they lead to itself. */
function targetRecord(source: FunctionRecord, environment: string): FunctionRecord {
  const now = new Date().toISOString();
  return {
    ...source,
    id: newFunctionId(),
    name: functionNameIn(source.base, environment),
    environment,
    routes: [],
    shadow: null,
    failedBuildLogs: null,
    status: 'draft',
    activeVersion: null,
    createdAt: now,
    updatedAt: now,
  };
}

function ownVariable(
  { key, value, secret, json }: VersionRecord['settings']['env'][number],
  before: readonly EnvVariable[],
): EnvVariable {
  const same = before.find((one) => one.key === key && one.value === value && one.secret === secret);
  return same ?? { key, value, secret, ...(json && { json }), updatedAt: new Date().toISOString() };
}
