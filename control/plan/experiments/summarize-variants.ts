// What is to be said of each variant of an experiment, from what was counted: rates, how sure one is, and how each
// compares with the first.

import { addVariantCounts, NOTHING_COUNTED, type VariantCount } from '../../model/experiment-count.ts';
import { latencyQuantile } from '../../model/latency-quantile.ts';
import { type Mean, meanOf } from './mean-interval.ts';
import { type Comparison, compareProportions, type Interval, rateOf, wilsonInterval } from './proportions.ts';

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
    counts
      .filter((count) => count.variant === variant)
      .reduce(addVariantCounts, { ...NOTHING_COUNTED, variant }),
  );
}
