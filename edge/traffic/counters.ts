// Counters of one version. They only grow, so control may miss any number of answers and lose nothing.

import type { VersionCounters } from '../contract/front-api.ts';

/** Upper bounds 1, 2, 4, ... 2^15 ms, and one bucket for what is above. */
export const histogramBuckets = 17;

export class Counters {
  requests = 0;
  errors = 0;
  coldStarts = 0;
  durationMs = 0;
  inFlight = 0;
  queued = 0;
  lastRequestAt = 0;
  /** Newest change of anything in here, for telling control only what is new. */
  changedAt = 0;
  readonly histogram = new Array<number>(histogramBuckets).fill(0);
  readonly refused: Record<string, number> = {};

  countDuration(durationMs: number): void {
    const bucket = histogramBucket(durationMs);
    this.histogram[bucket] = (this.histogram[bucket] ?? 0) + 1;
    this.durationMs += durationMs;
  }

  countRefusal(code: string, now: number): void {
    this.refused[code] = (this.refused[code] ?? 0) + 1;
    this.changedAt = now;
  }

  snapshot(functionId: string, version: string): VersionCounters {
    const { requests, errors, coldStarts, durationMs, inFlight, queued, lastRequestAt } = this;
    return {
      ...{ function: functionId, version, requests, errors, coldStarts, durationMs, inFlight, queued },
      ...{ lastRequestAt, histogram: [...this.histogram], refused: { ...this.refused } },
    };
  }
}

/** 0 for below 1 ms, 1 for below 2 ms, 2 for below 4 ms and so on. */
export function histogramBucket(durationMs: number): number {
  return Math.min(histogramBuckets - 1, 32 - Math.clz32(durationMs));
}
