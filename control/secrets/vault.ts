// The vault: seals the secrets of projects and opens them. It has every data key in memory, so that sealing and
// opening wait for nothing; the master key is needed when a data key is made, and to wrap them all again.
//
//   secret  -- sealed by -->  data key of its project  -- wrapped by -->  master key
//
// Whoever opens a value is one of three: who makes the config of an instance, who makes what hides values in logs, and
// who names a version. Everybody else, records and tables among them, has the sealed text.

import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { AppError } from '../model/errors.ts';
import type { DataKeyRecord } from '../store/data-keys.ts';
import type { Repositories, Store } from '../store/store.ts';
import { DataKey } from './data-key.ts';
import { type MasterKey, unwrapDataKey, wrapDataKey } from './master-key.ts';
import { KEY_BYTES, UnsealError } from './sealing.ts';

/** The project of what belongs to none: no project has this name. */
export const PLATFORM = '';
/** Begins what is sealed for this process alone. Nothing stores it. */
const BRIEF = 'brief.';

interface Unwrapped extends Pick<DataKeyRecord, 'project'> {
  readonly bytes: Uint8Array;
}

export interface Rewrapped {
  /** Ids of the master keys. */
  readonly from: string;
  readonly to: string;
  readonly dataKeys: number;
}

export interface Rewrap {
  readonly next: () => Promise<MasterKey>;
  readonly alongside: (tx: Repositories, change: Rewrapped) => Promise<void>;
  readonly switchOver: () => Promise<void>;
}

export class Vault {
  readonly #store: Pick<Store, 'dataKeys' | 'transaction'>;
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #keys = new Map<string, DataKey>();
  readonly #brief = new DataKey(PLATFORM, randomBytes(KEY_BYTES));
  #master: MasterKey;
  /** A key that is made while all are wrapped again would be left under the old master key. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    store: Pick<Store, 'dataKeys' | 'transaction'>,
    master: MasterKey,
    keys: readonly Unwrapped[],
  ) {
    this.#store = store;
    this.#master = master;
    for (const { project, bytes } of keys) this.#keep(project, bytes);
  }

  /** @throws {AppError} SYS_001 for a data key that `master` does not open. */
  static async open(store: Pick<Store, 'dataKeys' | 'transaction'>, master: MasterKey): Promise<Vault> {
    const keys = (await store.dataKeys.all()).map((record) => unwrap(record, master));
    const vault = new Vault(store, master, keys);
    await vault.prepare(PLATFORM);
    return vault;
  }

  get masterKeyId(): string {
    return this.#master.id;
  }

  /** To be awaited before anything of the project is sealed; outside of transactions. At once if that was done before. */
  async prepare(project: string): Promise<void> {
    if (this.#keys.has(project)) return;
    await this.#inTurn(async () => {
      if (this.#keys.has(project)) return;
      const bytes = randomBytes(KEY_BYTES);
      await this.#store.dataKeys.insert({
        ...{ project, wrapped: wrapDataKey(this.#master, project, bytes), masterKey: this.#master.id },
        createdAt: new Date().toISOString(),
      });
      this.#keep(project, bytes);
    });
  }

  /** The name is bound to the value: under another one, or in another project, it can't be opened. */
  seal(project: string, name: string, text: string): string {
    return this.#key(project).seal(name, text);
  }

  /** As `seal`, for what no other process has to open: it needs no `prepare`, and is not to be stored. */
  sealBriefly(name: string, text: string): string {
    return BRIEF + this.#brief.seal(name, text);
  }

  /** @throws {AppError} SYS_001 naming the variable, for a value that was changed, moved or sealed elsewhere. */
  open(project: string, name: string, sealed: string): string {
    try {
      return sealed.startsWith(BRIEF)
        ? this.#brief.open(name, sealed.slice(BRIEF.length))
        : this.#key(project).open(name, sealed);
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      throw new AppError(
        'SYS_001',
        `The stored value of the secret "${name}" in project "${project}" can't be opened: ${error.message}. Set the secret again, or restore state.db from a backup.`,
        {},
        error,
      );
    }
  }

  /** Stands for a secret's value in a hash that others see: the same for the same value, and of no use for guessing. */
  mark(project: string, name: string, sealed: string): string {
    const key = sealed.startsWith(BRIEF) ? this.#brief : this.#key(project);
    return key.mark(name, this.open(project, name, sealed));
  }

  /** The same for anything that may hold a secret and belongs to no project. */
  platformMark(name: string, text: string): string {
    return this.#key(PLATFORM).mark(name, text);
  }

  /**
   * Wraps every data key again, with the key that `next` resolves with, in one transaction with what `alongside` does.
   * `switchOver` is called once that is committed. Nothing else of this kind happens before all three are done.
   */
  rewrap({ next, alongside, switchOver }: Rewrap): Promise<Rewrapped> {
    return this.#inTurn(async () => {
      const master = await next();
      const change = { from: this.#master.id, to: master.id, dataKeys: this.#bytes.size };
      await this.#store.transaction(async (tx) => {
        for (const [project, bytes] of this.#bytes)
          await tx.dataKeys.rewrap(project, wrapDataKey(master, project, bytes), master.id);
        await alongside(tx, change);
      });
      this.#master = master;
      await switchOver();
      return change;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #keep(project: string, bytes: Uint8Array): void {
    this.#bytes.set(project, bytes);
    this.#keys.set(project, new DataKey(project, bytes));
  }

  #key(project: string): DataKey {
    const key = this.#keys.get(project);
    assert(key, `project "${project}" has a data key: prepare it first`);
    return key;
  }
}

function unwrap({ project, wrapped }: DataKeyRecord, master: MasterKey): Unwrapped {
  try {
    return { project, bytes: unwrapDataKey(master, project, wrapped) };
  } catch (error) {
    throw new AppError(
      'SYS_001',
      `The data key of project "${project}" can't be opened, though the master key ${master.id} is the one that it names: its row in table data_keys was changed. Restore state.db from a backup.`,
      {},
      error,
    );
  }
}
