// What is to be said of each variant of an experiment, from what was counted: rates, how sure one is, and how each
// compares with the first.

import { latencyQuantile } from '../../model/latency-quantile.ts';
import { type Mean, meanOf } from './mean-interval.ts';
import { type Comparison, compareProportions, type Interval, rateOf, wilsonInterval } from './proportions.ts';

/** Of one variant, of all fronts. */
export interface VariantCount {
  readonly variant: string;
  readonly visitors: number;
  /** Of these, those who did what the experiment is about. */
  readonly conversions: number;
  readonly requests: number;
  readonly errors: number;
  readonly latencyMs: number;
  readonly latencySquares: number;
  readonly histogram: readonly number[];
}

export interface VariantSummary extends VariantCount {
  /** Null without visitors. */
  readonly rate: number | null;
  readonly rateInterval: Interval | null;
  /** With the first variant; null for itself, and while there is nothing to compare. */
  readonly comparison: Comparison | null;
  readonly latency: Mean | null;
  /** Of 95 percent of the requests, as an upper bound; null without requests. */
  readonly latencyP95Ms: number | null;
}

export function summarizeVariants(counts: readonly VariantCount[]): VariantSummary[] {
  const [base] = counts;
  return counts.map((count) => {
    const own = proportionOf(count);
    return {
      ...count,
      rate: own.of === 0 ? null : rateOf(own),
      rateInterval: wilsonInterval(own) ?? null,
      comparison: (base && base !== count && compareProportions(own, proportionOf(base))) || null,
      latency: meanOf(count.requests, count.latencyMs, count.latencySquares) ?? null,
      latencyP95Ms: latencyQuantile(count.histogram, 0.95) ?? null,
    };
  });
}

const proportionOf = ({ conversions, visitors }: VariantCount): { count: number; of: number } => ({
  count: conversions,
  of: visitors,
});

/** Sums of what several fronts counted, in the order of `variants`; those that nobody saw are zeros. */
export function sumCounts(variants: readonly string[], counts: readonly VariantCount[]): VariantCount[] {
  return variants.map((variant) =>
    counts.filter((count) => count.variant === variant).reduce(add, { ...NOTHING, variant }),
  );
}

const NOTHING = {
  ...{ visitors: 0, conversions: 0, requests: 0, errors: 0, latencyMs: 0, latencySquares: 0 },
  histogram: [] as readonly number[],
};

function add(a: VariantCount, b: VariantCount): VariantCount {
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
