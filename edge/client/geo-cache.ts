// What a front remembers of the geo service's answers, so that most requests ask nobody.
//
// It is small on purpose: a front collects its whole heap each time, and pays for all that lives in it. An answer is
// kept for its block where it holds for all of it. The oldest goes first.

import { addressText } from '../contract/address-text.ts';
import type { Geo, GeoAnswer } from '../contract/geo.ts';
import type { Address } from '../contract/ip-address.ts';
import { blockOf } from './block-of.ts';

/** Answers that a front keeps. */
export const geoEntriesMax = 1024;
/** How long an answer is believed, so that a new database is taken over by all fronts within it. */
export const geoKeptMs = 60_000;

interface Entry {
  readonly geo: Geo;
  readonly until: number;
}

export class GeoCache {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  get(address: Address, now: number): Geo | undefined {
    return this.#fresh(blockOf(address), now) ?? this.#fresh(addressText(address), now);
  }

  set(address: Address, { geo, block }: GeoAnswer, now: number): void {
    const key = block ? blockOf(address) : addressText(address);
    this.#entries.delete(key);
    this.#entries.set(key, { geo, until: now + geoKeptMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= geoEntriesMax) break;
      this.#entries.delete(oldest);
    }
  }

  #fresh(key: string, now: number): Geo | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.until > now) return entry.geo;
    this.#entries.delete(key);
    return undefined;
  }
}
