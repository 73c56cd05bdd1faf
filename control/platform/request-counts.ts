// What a front has counted since it was last asked, read off its counters: the records of single invocations are
// bounded, and a busy front makes more than it can keep.

import type { VersionCounters } from '../../edge/contract/front-api.ts';

export interface VersionCount {
  readonly function: string;
  readonly version: string;
  /** That have come. */
  readonly requests: number;
  /** Answered with a status of 500 or more by the function, or by the platform in its place. */
  readonly failed: number;
  /** Those among them that the version is to blame for: no rate limit, and nothing that the visitor did. */
  readonly faults: number;
  /** Whose head has come, whoever made it. */
  readonly answered: number;
  /** Of these, in the buckets that fronts have. */
  readonly histogram: readonly number[];
}

type Sums = Omit<VersionCount, 'function' | 'version'>;

/** Timeout, memory, a handler that threw, a start that failed, no instance to be had. */
const OWN_FAULTS = ['FN_002', 'FN_003', 'FN_004', 'FN_005', 'FN_008'];

export class RequestCounts {
  readonly #seen = new Map<string, Sums>();
  #counting: boolean;

  /** What a front that outlived an earlier control had before is not counted again; nor is what came meanwhile. */
  constructor(adopted: boolean) {
    this.#counting = !adopted;
  }

  /** Of an answer that is not older than the one before it. */
  take(versions: readonly VersionCounters[]): VersionCount[] {
    const news = versions.map((counters) => this.#news(counters));
    const counts = this.#counting ? news : [];
    this.#counting = true;
    return counts.filter(({ requests, failed, answered }) => requests > 0 || failed > 0 || answered > 0);
  }

  #news(counters: VersionCounters): VersionCount {
    const name = `${counters.function} ${counters.version}`;
    const sums = sumsOf(counters);
    const seen = this.#seen.get(name);
    this.#seen.set(name, sums);
    // Counters only grow: smaller ones are those of a version that the front had forgotten meanwhile.
    const before = seen && seen.requests <= sums.requests && seen.failed <= sums.failed ? seen : NONE;
    return {
      ...{ function: counters.function, version: counters.version },
      requests: sums.requests - before.requests,
      failed: sums.failed - before.failed,
      faults: sums.faults - before.faults,
      answered: sums.answered - before.answered,
      histogram: sums.histogram.map((count, bucket) => count - (before.histogram[bucket] ?? 0)),
    };
  }
}

function sumsOf({ requests, errors, refused, histogram }: VersionCounters): Sums {
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
  return {
    requests,
    failed: errors + sum(Object.values(refused)),
    faults: errors + sum(OWN_FAULTS.map((code) => refused[code] ?? 0)),
    answered: sum(histogram),
    histogram,
  };
}

const NONE: Sums = { requests: 0, failed: 0, faults: 0, answered: 0, histogram: [] };
