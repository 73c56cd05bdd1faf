// Who changes what, and when: finds the function that somebody means, and lets changes of one function follow each
// other. Those of different functions do not wait for each other.

import { type Caller, inScope } from '../model/access.ts';
import type { FunctionId } from '../model/ids.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import { findEntry, noFunction } from './find-function.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { FunctionRef } from './platform.ts';

export class ChangeQueue {
  readonly #catalog: Catalog;
  readonly #lock = new KeyedLock();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** What is outside of the caller's projects is as if it were not there. */
  find({ actor }: Caller, ref: FunctionRef): CatalogEntry {
    const entry = findEntry(this.#catalog, ref);
    if (entry && inScope(actor.projects, entry.record.project)) return entry;
    throw noFunction(ref);
  }

  /** What is changed is looked up when its turn has come. */
  change<T>(by: Caller, ref: FunctionRef, change: (entry: CatalogEntry) => Promise<T>): Promise<T> {
    const { id } = this.find(by, ref).record;
    return this.#lock.run(id, () => change(this.find(by, { idOrName: id })));
  }

  /** As `change`, of the platform itself; undefined for a function that is gone when its turn has come. */
  changeById<T>(id: FunctionId, change: (entry: CatalogEntry) => Promise<T>): Promise<T | undefined> {
    return this.#lock.run(id, async () => {
      const entry = this.#catalog.get(id);
      return entry && change(entry);
    });
  }

  /** For a key that is no function's id: the name of one that is about to be made. */
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(key, work);
  }
}
