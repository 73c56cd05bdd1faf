// What came of the requests that asked, by function. Numbers since the process began, which only grow.

export interface FunctionCounts {
  hits: number;
  misses: number;
  stored: number;
}

/** Functions that are counted apart; of the others nothing is told but their entries. */
const cacheCountedMax = 10_000;

export class CacheCounts {
  readonly byFunction = new Map<string, FunctionCounts>();

  of(id: string): FunctionCounts {
    const known = this.byFunction.get(id);
    if (known) return known;
    const counts = { hits: 0, misses: 0, stored: 0 };
    if (this.byFunction.size < cacheCountedMax) this.byFunction.set(id, counts);
    return counts;
  }
}
