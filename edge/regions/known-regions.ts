// The regions as this front has them: what the table says, what it has met with itself, and who waits for which.

import type { RegionEntry, RegionsTable } from '../contract/regions.ts';
import { RegionFaults } from './region-faults.ts';

const NONE: RegionsTable = { here: '', list: [] };

export class KnownRegions {
  readonly faults = new RegionFaults();
  /** By the region that they wait for: whom to tell when it is given up. */
  readonly #waiting = new Map<string, Set<(reason: string) => void>>();
  #table: RegionsTable = NONE;

  get table(): RegionsTable {
    return this.#table;
  }

  /** This machine's own. */
  get here(): RegionEntry | undefined {
    return this.#table.list.find(({ name }) => name === this.#table.here);
  }

  replace(table: RegionsTable = NONE): void {
    this.#table = table;
    this.faults.keep(new Set(table.list.map(({ name }) => name)));
    for (const [name, waiting] of this.#waiting) {
      const region = table.list.find((one) => one.name === name);
      if (region?.healthy) continue;
      for (const tell of waiting) tell(region?.fault ?? 'it is no region any more');
    }
  }

  /**
   * `tell` is called if the region is given up before the returned function is: a connection that was cut says nothing,
   * and whoever waits on it would wait for all of the function's time.
   */
  whileWaiting(name: string, tell: (reason: string) => void): () => void {
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting.add(tell));
    return () => {
      waiting.delete(tell);
      if (waiting.size === 0 && this.#waiting.get(name) === waiting) this.#waiting.delete(name);
    };
  }
}
