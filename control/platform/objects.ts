// Durable Objects of functions: which classes there are, and where they are stored. Each function has a folder of its
// own, in which each class has one, and in that each object a database that workerd keeps.

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownObjectClasses } from '../model/binding.ts';
import type { FunctionRecord, VersionRecord } from '../model/function.ts';
import type { FunctionId } from '../model/ids.ts';
import type { Store } from '../store/store.ts';

/** Keys of classes by their names. */
export type ObjectKeys = ReadonlyMap<string, string>;

export interface ObjectsOptions {
  readonly store: Pick<Store, 'objectClasses'>;
  /** Absolute path. */
  readonly dir: string;
}

export class Objects {
  readonly #options: ObjectsOptions;

  constructor(options: ObjectsOptions) {
    this.#options = options;
  }

  /** The function's folder, made if it lacks. Only its instance sees it, under a user of its own. */
  dirOf(functionId: string): string {
    const path = join(this.#options.dir, functionId);
    mkdirSync(path, { recursive: true, mode: 0o777 });
    chmodSync(this.#options.dir, 0o711);
    // Whatever the umask is.
    chmodSync(path, 0o777);
    return path;
  }

  /** Keys of the classes that a version stores objects of. One that is new gets its key now, and keeps it. */
  async keysOf(record: FunctionRecord, { settings }: Pick<VersionRecord, 'settings'>): Promise<ObjectKeys> {
    const wanted = ownObjectClasses(settings.bindings);
    if (wanted.length === 0) return new Map();
    const { objectClasses } = this.#options.store;
    const known = new Set((await objectClasses.list(record.id)).map(({ className }) => className));
    for (const className of wanted)
      if (!known.has(className)) await objectClasses.add(record.id, { className, uniqueKey: newKey() });
    return new Map((await objectClasses.list(record.id)).map((one) => [one.className, one.uniqueKey]));
  }

  /** For what is kept nowhere. */
  keysOnce({ settings }: Pick<VersionRecord, 'settings'>): ObjectKeys {
    return new Map(ownObjectClasses(settings.bindings).map((className) => [className, className]));
  }

  /** The class is found by its new name too; what is stored of it is one. */
  async rename(functionId: FunctionId, from: string, to: string): Promise<void> {
    const { objectClasses } = this.#options.store;
    const old = (await objectClasses.list(functionId)).find(({ className }) => className === from);
    if (old) await objectClasses.add(functionId, { className: to, uniqueKey: old.uniqueKey });
  }

  /** With all of its objects. No instance may have it any more. */
  async removeClass(functionId: FunctionId, className: string): Promise<void> {
    const { objectClasses } = this.#options.store;
    const old = (await objectClasses.list(functionId)).find((one) => one.className === className);
    if (!old) return;
    await objectClasses.remove(functionId, old.uniqueKey);
    await rm(join(this.#options.dir, functionId, old.uniqueKey), { recursive: true, force: true });
  }

  /** Of a function that is gone, and its instances too. */
  async remove(functionId: string): Promise<void> {
    await rm(join(this.#options.dir, functionId), { recursive: true, force: true });
  }

  /** What a control that was killed has left of functions that are gone. */
  async sweep(exists: (functionId: string) => boolean): Promise<void> {
    mkdirSync(this.#options.dir, { recursive: true, mode: 0o711 });
    for (const name of readdirSync(this.#options.dir)) if (!exists(name)) await this.remove(name);
  }
}

const newKey = (): string => randomBytes(16).toString('hex');
