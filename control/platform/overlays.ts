// Variables of projects, environments and functions in environments: set, deleted, and brought to what runs.
//
// The change is committed first, with the list of the functions whose instances it concerns; then those are replaced,
// a few at a time. Control may die in between: the next one finds the list and goes on.

import type { Caller } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { EnvVariable, FunctionRecord, SetEnv } from '../model/function.ts';
import type { FunctionId } from '../model/ids.ts';
import { environmentVariablesMax } from '../model/limits.ts';
import { type OverlayScope, type OverlayVariable, sourceOf } from '../model/overlay.ts';
import { mergeEnv } from '../plan/merge-env.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { Turnstile } from '../workerd/turnstile.ts';
import { projectEntry } from './audit-entry.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { EffectiveVariable, OverlayChange } from './platform.ts';
import type { PlatformLog } from './platform-log.ts';
import type { Projects } from './projects.ts';
import type { Requirements } from './requirements.ts';
import type { RuleSecrets } from './rule-secrets.ts';

/** Functions whose instances are replaced at a time, as each takes a start: the others wait. */
export const renewalsAtOnceMax = 4;

export interface OverlaysOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly projects: Projects;
  readonly vault: Vault;
  readonly requirements: Requirements;
  readonly ruleSecrets: Pick<RuleSecrets, 'refuseLoss' | 'names'>;
  /** Replaces the instances of a function in its turn; true if it had any. */
  readonly renew: (id: FunctionId) => Promise<boolean>;
  readonly log: PlatformLog;
}

export class Overlays {
  readonly #options: OverlaysOptions;
  readonly #lock = new KeyedLock();
  readonly #turnstile = new Turnstile(renewalsAtOnceMax);

  constructor(options: OverlaysOptions) {
    this.#options = options;
  }

  async list(by: Caller, scope: OverlayScope): Promise<readonly EnvVariable[]> {
    await this.#checkScope(by, scope);
    return this.#options.store.overlay.list(scope);
  }

  /** All that the function runs with; secrets as they are stored. */
  async effective({ record }: CatalogEntry): Promise<readonly EffectiveVariable[]> {
    const { store } = this.#options;
    const { project, environment, base } = record;
    const [overlay, own] = await Promise.all([
      store.overlay.forFunction(project, environment, base),
      store.env.list(record.id),
    ]);
    return mergeEnv(overlay, own);
  }

  async set(by: Caller, scope: OverlayScope, { key, value, secret }: SetEnv): Promise<OverlayChange> {
    const { vault } = this.#options;
    await this.#checkScope(by, scope);
    // Before anything of the project can be sealed.
    await vault.prepare(scope.project);
    return this.#changing(by, scope, async (before) => {
      const others = before.filter((variable) => variable.key !== key);
      if (others.length >= environmentVariablesMax)
        throw new AppError(
          'FN_006',
          `${placeOf(scope)} has ${others.length} environment variables, which is the most it may have: delete one first.`,
        );
      const old = before.find((one) => one.key === key);
      if (old && old.secret === secret && this.#valueOf(old) === value) return undefined;
      const stored = secret ? vault.seal(scope.project, key, value) : value;
      const variable = { ...scope, key, secret, value: stored, updatedAt: new Date().toISOString() };
      return { action: 'env.set', key, old, variable } as const;
    });
  }

  delete(by: Caller, scope: OverlayScope, key: string): Promise<OverlayChange> {
    return this.#changing(by, scope, async (before) => {
      const old = before.find((one) => one.key === key);
      if (!old)
        throw new AppError(
          'FN_001',
          `${placeOf(scope)} has no environment variable "${key.slice(0, 128)}" of its own.`,
        );
      await this.#options.requirements.refuseLoss(concerned(this.#options.catalog, scope), scope, key);
      return { action: 'env.delete', key, old, variable: undefined } as const;
    });
  }

  /** What an earlier control did not come to. */
  async finishOwed(): Promise<void> {
    const owed = await this.#options.store.overlay.owed();
    if (owed.length > 0) await this.#renewAll(owed);
  }

  #valueOf({ project, key, value, secret }: OverlayVariable): string {
    return secret ? this.#options.vault.open(project, key, value) : value;
  }

  /** Rules of a function may name a secret of this place, which goes or becomes plain. */
  async #refuseLoss(
    record: FunctionRecord,
    scope: OverlayScope,
    key: string,
    variable: OverlayVariable | undefined,
  ): Promise<void> {
    const { ruleSecrets, store } = this.#options;
    if (!ruleSecrets.names(record, key)) return;
    const overlay = await store.overlay.forFunction(record.project, record.environment, record.base);
    const others = overlay.filter((one) => one.key !== key || sourceOf(one) !== sourceOf(scope));
    const left = variable ? [...others, variable] : others;
    await ruleSecrets.refuseLoss(record, key, await store.env.list(record.id), left);
  }

  async #checkScope(by: Caller, { project, environment }: OverlayScope): Promise<void> {
    if (environment === null) await this.#options.projects.find(by, project);
    else await this.#options.projects.getEnvironment(by, project, environment);
  }

  #changing(
    by: Caller,
    scope: OverlayScope,
    plan: (before: readonly OverlayVariable[]) => Promise<Planned | undefined>,
  ): Promise<OverlayChange> {
    const { store, catalog } = this.#options;
    return this.#lock.run(scope.project, async () => {
      await this.#checkScope(by, scope);
      const planned = await plan(await store.overlay.list(scope));
      if (!planned) return { replaced: 0, failed: [] };
      const entries = concerned(catalog, scope);
      const ids = entries.map(({ record }) => record.id);
      const { action, key, old, variable } = planned;
      for (const { record } of entries) await this.#refuseLoss(record, scope, key, variable);
      await store.transaction(async (tx) => {
        if (variable) await tx.overlay.set(variable);
        else await tx.overlay.remove(scope, key);
        await tx.overlay.owe(ids);
        const change = { old: kindOf(old), new: kindOf(variable) };
        await tx.audit.add(projectEntry(by, action, scope.project, { [nameOf(scope, key)]: change }));
      });
      return this.#renewAll(ids);
    });
  }

  async #renewAll(ids: readonly FunctionId[]): Promise<OverlayChange> {
    const { renew, catalog, log } = this.#options;
    const failed: { function: string; message: string }[] = [];
    let replaced = 0;
    const one = async (id: FunctionId): Promise<void> => {
      try {
        if (await renew(id)) replaced += 1;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        log.warn('a function did not start with the variables that were set for it', {
          function: id,
          message,
        });
        failed.push({ function: catalog.get(id)?.record.name ?? id, message });
      }
    };
    await Promise.all(ids.map((id) => this.#turnstile.run(() => one(id))));
    return { replaced, failed };
  }
}

interface Planned {
  readonly action: 'env.set' | 'env.delete';
  readonly key: string;
  readonly old: OverlayVariable | undefined;
  readonly variable: OverlayVariable | undefined;
}

/** Functions that a variable of this place is for. */
function concerned(catalog: Catalog, { project, environment, base }: OverlayScope): CatalogEntry[] {
  const isConcerned = (record: FunctionRecord): boolean =>
    record.project === project &&
    (environment === null || record.environment === environment) &&
    (base === null || record.base === base);
  return [...catalog.all()].filter(({ record }) => isConcerned(record));
}

function placeOf({ project, environment, base }: OverlayScope): string {
  if (environment === null) return `Project "${project}"`;
  return base === null ? `Environment "${environment}"` : `"${base}" in environment "${environment}"`;
}

/** Of the audit log's change: `env.KEY` with the place before it. */
function nameOf(scope: OverlayScope, key: string): string {
  const place = {
    project: '',
    environment: `${scope.environment}.`,
    override: `${scope.environment}.${scope.base}.`,
  };
  return `${place[sourceOf(scope) as keyof typeof place]}env.${key}`;
}

const kindOf = (variable: OverlayVariable | undefined): 'secret' | 'plain' | null => {
  if (variable === undefined) return null;
  return variable.secret ? 'secret' : 'plain';
};
