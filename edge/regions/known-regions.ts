// The regions as this front has them: what the table says, and what it has met with itself.

import type { RegionEntry, RegionsTable } from '../contract/regions.ts';
import { RegionFaults } from './region-faults.ts';

const NONE: RegionsTable = { here: '', list: [] };

export class KnownRegions {
  readonly faults = new RegionFaults();
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
  }
}
