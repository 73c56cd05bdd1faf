// What is asked of secrets besides setting them: what there is, what there was, and another master key for all.

import type { Caller } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord } from '../model/function.ts';
import type { SecretVersion } from '../model/secret-version.ts';
import type { KeySource } from '../secrets/key-source.ts';
import { type Rotation, rotateMasterKey } from '../secrets/rotate-master-key.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { masterKeyEntry } from './audit-entry.ts';
import type { SecretView } from './platform.ts';

export interface SecretsOptions {
  readonly store: Pick<Store, 'secretVersions' | 'versions'>;
  readonly vault: Vault;
  readonly source: KeySource;
}

export class Secrets {
  readonly #options: SecretsOptions;

  constructor(options: SecretsOptions) {
    this.#options = options;
  }

  async list({ id, activeVersion }: FunctionRecord): Promise<SecretView[]> {
    const { secretVersions, versions } = this.#options.store;
    const current = await secretVersions.current(id);
    const live = activeVersion === null ? undefined : await versions.get(id, activeVersion);
    const pinned = new Map(live?.settings.env.map(({ key, value }) => [key, value]));
    return Promise.all(
      current.map(async (secret) => {
        const value = pinned.get(secret.name);
        const number = value === undefined ? null : await secretVersions.numberOf(id, secret.name, value);
        return { ...secret, live: number };
      }),
    );
  }

  async history({ id, name: functionName }: FunctionRecord, name: string): Promise<SecretVersion[]> {
    const versions = await this.#options.store.secretVersions.history(id, name);
    if (versions.length > 0) return versions;
    throw new AppError(
      'FN_001',
      `"${functionName}" has no secret "${name.slice(0, 128)}" and had none: GET /functions/${functionName}/secrets lists them.`,
    );
  }

  rotate(by: Caller): Promise<Rotation> {
    const { actor } = by;
    if (actor.projects !== null)
      throw new AppError(
        'FN_009',
        `rotateMasterKey is for an owner of all projects, as the master key is of all, and the key "${actor.name}" is for ${actor.projects.join(', ')}: use another key.`,
      );
    const { vault, source } = this.#options;
    return rotateMasterKey({
      ...{ vault, source },
      alongside: (tx, rotation) => tx.audit.add(masterKeyEntry(by, rotation)),
    });
  }
}
