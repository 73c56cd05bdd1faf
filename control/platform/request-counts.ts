// How many requests a front has had since it was last asked, read off its counters: the records of single
// invocations are bounded, and a busy front makes more than it can keep.

import type { VersionCounters } from '../../edge/contract/front-api.ts';

export interface FunctionCount {
  readonly function: string;
  readonly requests: number;
  /** Answered with a status of 500 or more by the function, or by the platform in its place. */
  readonly failed: number;
}

export class RequestCounts {
  readonly #seen = new Map<string, Omit<FunctionCount, 'function'>>();
  #counting: boolean;

  /** What a front that outlived an earlier control had before is not counted again; nor is what came meanwhile. */
  constructor(adopted: boolean) {
    this.#counting = !adopted;
  }

  /** Of an answer that is not older than the one before it. */
  take(versions: readonly VersionCounters[]): FunctionCount[] {
    const news = versions.map((counters) => this.#news(counters));
    const counts = this.#counting ? news : [];
    this.#counting = true;
    return counts.filter(({ requests, failed }) => requests > 0 || failed > 0);
  }

  #news(counters: VersionCounters): FunctionCount {
    const { function: id, version, requests, errors, refused } = counters;
    const failed = errors + Object.values(refused).reduce((sum, count) => sum + count, 0);
    const seen = this.#seen.get(`${id} ${version}`);
    this.#seen.set(`${id} ${version}`, { requests, failed });
    // Counters only grow: smaller ones are those of a version that the front had forgotten meanwhile.
    const before = seen && seen.requests <= requests && seen.failed <= failed ? seen : NONE;
    return { function: id, requests: requests - before.requests, failed: failed - before.failed };
  }
}

const NONE = { requests: 0, failed: 0 };
