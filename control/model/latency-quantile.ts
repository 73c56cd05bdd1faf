// A quantile of latencies that were counted in buckets below 1, 2, 4, ... 2^15 ms and above, as fronts count them.

/** Upper bound of the last bucket that has one, in milliseconds. */
const boundMax = 2 ** 15;

/**
 * Within a bucket latencies are taken to be spread evenly, so a figure is good to a fraction of its power of two.
 * Of the last bucket only its lower bound is known. Undefined for no latencies.
 */
export function latencyQuantile(histogram: readonly number[], quantile: number): number | undefined {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const rank = quantile * total;
  let below = 0;
  for (const [bucket, count] of histogram.entries()) {
    if (count > 0 && below + count >= rank) {
      const lower = bucket === 0 ? 0 : 2 ** (bucket - 1);
      if (lower >= boundMax) return boundMax;
      return lower + (2 ** bucket - lower) * ((rank - below) / count);
    }
    below += count;
  }
  return boundMax;
}
