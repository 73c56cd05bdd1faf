// A mean and how sure one is of it, from sums alone. By the normal distribution: of some dozen requests and more.

import type { Interval } from './proportions.ts';

const Z95 = 1.959963984540054;

export interface Mean {
  readonly mean: number;
  /** Of 95 percent; undefined for less than two. */
  readonly interval: Interval | undefined;
}

/** Undefined of nothing. `squares` is the sum of the squares. */
export function meanOf(count: number, sum: number, squares: number): Mean | undefined {
  if (count === 0) return undefined;
  const mean = sum / count;
  if (count === 1) return { mean, interval: undefined };
  // What rounding makes of equal values is not below nothing.
  const variance = Math.max(0, (squares - count * mean * mean) / (count - 1));
  const half = Z95 * Math.sqrt(variance / count);
  return { mean, interval: { low: mean - half, high: mean + half } };
}
