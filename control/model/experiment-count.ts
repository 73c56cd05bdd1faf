// What was counted of one variant of an experiment.

export interface VariantCount {
  readonly variant: string;
  readonly visitors: number;
  /** Of these, those who did what the experiment is about. */
  readonly conversions: number;
  readonly requests: number;
  readonly errors: number;
  /** Sum of times to the answer's head, in milliseconds, and of their squares. */
  readonly latencyMs: number;
  readonly latencySquares: number;
  /** Counts below 1, 2, 4, ... 2^15 ms, and above. */
  readonly histogram: readonly number[];
}

export const NOTHING_COUNTED: Omit<VariantCount, 'variant'> = {
  ...{ visitors: 0, conversions: 0, requests: 0, errors: 0, latencyMs: 0, latencySquares: 0 },
  histogram: [],
};

/** Of the same variant, by two who counted. */
export function addVariantCounts(a: VariantCount, b: VariantCount): VariantCount {
  const longest = a.histogram.length > b.histogram.length ? a.histogram : b.histogram;
  return {
    variant: a.variant,
    visitors: a.visitors + b.visitors,
    conversions: a.conversions + b.conversions,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    latencyMs: a.latencyMs + b.latencyMs,
    latencySquares: a.latencySquares + b.latencySquares,
    histogram: longest.map((_, bucket) => (a.histogram[bucket] ?? 0) + (b.histogram[bucket] ?? 0)),
  };
}
