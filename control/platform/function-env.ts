// A function's own variables: setting or deleting one makes a version with the new ones, where the function is live.

import type { Caller } from '../model/access.ts';
import type { AuditAction } from '../model/audit.ts';
import { AppError } from '../model/errors.ts';
import type { EnvVariable, FunctionRecord, SetEnv } from '../model/function.ts';
import { environmentVariablesMax } from '../model/limits.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { withEnv } from './alongside.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { Change, FunctionWriter } from './function-writer.ts';
import type { FunctionRef } from './platform.ts';
import type { RuleSecrets } from './rule-secrets.ts';
import type { Versions } from './versions.ts';

export interface FunctionEnvOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly queue: ChangeQueue;
  readonly writer: FunctionWriter;
  readonly versions: Versions;
  readonly ruleSecrets: Pick<RuleSecrets, 'refuseLoss'>;
  readonly publish: (functionId: string) => Promise<void>;
}

export class FunctionEnv {
  readonly #options: FunctionEnvOptions;

  constructor(options: FunctionEnvOptions) {
    this.#options = options;
  }

  set(by: Caller, ref: FunctionRef, { key, value, secret }: SetEnv): Promise<Change> {
    return this.#changing(by, 'env.set', ref, key, (before, { project }) => {
      const others = before.filter((variable) => variable.key !== key);
      if (others.length >= environmentVariablesMax) {
        throw new AppError(
          'FN_006',
          `The function has ${others.length} environment variables, which is the most it may have: delete one first.`,
        );
      }
      const stored = secret ? this.#options.vault.seal(project, key, value) : value;
      return [...others, { key, value: stored, secret, updatedAt: new Date().toISOString() }];
    });
  }

  delete(by: Caller, ref: FunctionRef, key: string): Promise<Change> {
    return this.#changing(by, 'env.delete', ref, key, (before) => {
      const after = before.filter((variable) => variable.key !== key);
      if (after.length < before.length) return after;
      throw new AppError('FN_001', `The function has no environment variable "${key.slice(0, 128)}".`);
    });
  }

  /** A live function gets a version with the new environment; it is stored only if that version goes live. */
  #changing(
    by: Caller,
    action: AuditAction,
    ref: FunctionRef,
    key: string,
    change: (before: readonly EnvVariable[], record: FunctionRecord) => readonly EnvVariable[],
  ): Promise<Change> {
    return this.#options.queue.change(by, ref, async (entry) => {
      const { store, versions, writer, ruleSecrets, publish } = this.#options;
      const { record } = entry;
      const before = await store.env.list(record.id);
      const env = change(before, record);
      await ruleSecrets.refuseLoss(record, key, env);
      const alongside = withEnv(by, action, record, before, env);
      const live = await writer.live(entry);
      if (live) {
        const said = { author: by.actor.name, triggeredBy: action };
        const version = versions.withSettings(record, live, env, said);
        return writer.makeLive(record, version, alongside, { author: by.actor.name });
      }
      await store.transaction((tx) => alongside(tx, record));
      // What is not live may be looked at all the same, and its rules may name the secret.
      await publish(record.id);
      return { record };
    });
  }
}
