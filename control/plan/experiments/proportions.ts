// Rates of conversion: how sure one is, and whether two differ.
//
// Wilson's interval: E. B. Wilson, JASA 22 (1927). The difference: R. G. Newcombe, Statistics in Medicine 17 (1998), method
// 10, which is made of two of Wilson's and so stays within what is possible, also for few conversions. The test is the
// two-sided z of two proportions with what both have in common as the variance.

import { twoSidedTail } from './normal-tail.ts';

/** Two-sided 95 percent of the normal distribution. */
const Z95 = 1.959963984540054;

export interface Proportion {
  readonly count: number;
  readonly of: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Comparison {
  readonly difference: number;
  readonly interval: Interval;
  /** Null where nobody or everybody converted, of which the test knows nothing. */
  readonly p: number | null;
}

export const rateOf = ({ count, of }: Proportion): number => count / of;

/** Of 95 percent. Undefined for nobody. */
export function wilsonInterval({ count, of }: Proportion): Interval | undefined {
  if (of === 0) return undefined;
  const rate = count / of;
  const spread = Z95 * Math.sqrt((rate * (1 - rate)) / of + Z95 ** 2 / (4 * of ** 2));
  const middle = rate + Z95 ** 2 / (2 * of);
  const scale = 1 + Z95 ** 2 / of;
  return {
    low: count === 0 ? 0 : (middle - spread) / scale,
    high: count === of ? 1 : (middle + spread) / scale,
  };
}

/** How far `one` is above `base`. Undefined while one of them has nobody. */
export function compareProportions(one: Proportion, base: Proportion): Comparison | undefined {
  const [ours, theirs] = [wilsonInterval(one), wilsonInterval(base)];
  if (!ours || !theirs) return undefined;
  const [a, b] = [rateOf(one), rateOf(base)];
  const difference = a - b;
  return {
    difference,
    interval: {
      low: difference - Math.hypot(a - ours.low, theirs.high - b),
      high: difference + Math.hypot(ours.high - a, b - theirs.low),
    },
    p: zTest(one, base),
  };
}

function zTest(one: Proportion, base: Proportion): number | null {
  const pooled = (one.count + base.count) / (one.of + base.of);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / one.of + 1 / base.of));
  return error === 0 ? null : twoSidedTail((rateOf(one) - rateOf(base)) / error);
}
