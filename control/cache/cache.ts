// What the doors of the process share: the store, who asks for what, the counts, and whether it still answers.

import type { CachePlace } from '../../edge/contract/cache.ts';
import { CacheCounts } from './cache-counts.ts';
import type { CacheStore } from './cache-store.ts';
import type { Entry } from './entry.ts';
import { Leases } from './leases.ts';
import { type Purge, type Purgeable, purgeMatcher } from './purge.ts';

/** A body that is being received. */
export interface Taking {
  readonly place: CachePlace;
  /** It was purged before it was whole. */
  doomed: boolean;
}

export class Cache {
  readonly store: CacheStore;
  readonly leases = new Leases();
  readonly counts = new CacheCounts();
  readonly #takings = new Set<Taking>();
  #retired = false;

  constructor(store: CacheStore) {
    this.store = store;
  }

  /** Another process has the store from now on: this one knows nothing any more. */
  get retired(): boolean {
    return this.#retired;
  }

  get takes(): boolean {
    return this.#takings.size > 0;
  }

  beginTaking(place: CachePlace, doomed: boolean): Taking {
    const taking = { place, doomed };
    this.#takings.add(taking);
    return taking;
  }

  endTaking(taking: Taking): void {
    this.#takings.delete(taking);
  }

  retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    for (const lease of this.leases.all()) this.leases.settle(lease, 'alone');
    this.store.close();
  }

  /** Nothing of it is answered after this, nor what a function was asked for before. */
  purge(purge: Purge): number {
    const matches = purgeMatcher(purge);
    this.#doom(matches);
    return this.store.purge(this.#among(purge), matches);
  }

  #among({ function: id, urls }: Purge): Iterable<Entry> {
    const { entries } = this.store;
    if (id === undefined) return entries.all();
    return urls === undefined ? entries.ofFunction(id) : entries.ofUrls(id, urls);
  }

  #doom(matches: (entry: Purgeable) => boolean): void {
    for (const one of [...this.leases.all(), ...this.#takings]) {
      if (matches({ ...one.place, tags: undefined })) one.doomed = true;
    }
  }
}
