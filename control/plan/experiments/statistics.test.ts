// Figures against known ones: tables of the normal distribution, and results of R and of the papers that the methods
// are from.

import { expect, test } from 'vitest';
import type { VariantCount } from '../../model/experiment-count.ts';
import { meanOf } from './mean-interval.ts';
import { erfc, twoSidedTail } from './normal-tail.ts';
import { compareProportions, wilsonInterval } from './proportions.ts';
import { sumCounts, summarizeVariants } from './summarize-variants.ts';

test.each([
  [0, 1],
  [0.5, 0.479500122186953],
  [1, 0.157299207050285],
  [2, 0.00467773498104727],
  [2.4999999, 0.000406952235],
  [2.5, 0.000406952017444959],
  [3, 2.20904969985854e-5],
  [5, 1.53745979442803e-12],
  [10, 2.08848758376254e-45],
  [-1, 1.84270079294971],
])('erfc(%d) is %d', (x, value) => {
  expect(Math.abs(erfc(x) / value - 1)).toBeLessThan(x === 2.4999999 ? 1e-6 : 1e-12);
});

test.each([
  [0, 1],
  [1.959963984540054, 0.05],
  [-2.5758293035489, 0.01],
  [3.290526731491926, 0.001],
])('beyond %d on both sides lie %d', (z, p) => {
  expect(twoSidedTail(z)).toBeCloseTo(p, 12);
});

// Newcombe, "Two-sided confidence intervals for the single proportion", table I, method 3.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%d of %d are from %d to %d', (count, of, low, high) => {
  const interval = wilsonInterval({ count, of });
  expect([interval?.low.toFixed(4), interval?.high.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
});

test('of all, the interval ends with one, and of nobody there is none', () => {
  expect(wilsonInterval({ count: 20, of: 20 })).toMatchObject({ high: 1 });
  expect(wilsonInterval({ count: 0, of: 0 })).toBeUndefined();
});

// Newcombe, "Interval estimation for the difference between independent proportions", table II, method 10.
test.each([
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [5, 56, 0, 29, -0.0381, 0.1926],
  [10, 10, 0, 10, 0.6075, 1],
])('%d of %d less %d of %d is from %d to %d', (count, of, others, ofOthers, low, high) => {
  const interval = compareProportions({ count, of }, { count: others, of: ofOthers })?.interval;
  expect([interval?.low.toFixed(4), interval?.high.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
});

test('p is that of the two-proportion z test', () => {
  // R: prop.test(c(120, 100), c(1000, 1000), correct = FALSE) gives X-squared = 2.0429, p = 0.1529.
  expect(compareProportions({ count: 120, of: 1000 }, { count: 100, of: 1000 })?.p?.toFixed(4)).toBe(
    '0.1529',
  );
  expect(compareProportions({ count: 100, of: 1000 }, { count: 100, of: 1000 })?.p).toBe(1);
  expect(compareProportions({ count: 0, of: 10 }, { count: 0, of: 10 })?.p).toBeNull();
  expect(compareProportions({ count: 0, of: 0 }, { count: 1, of: 10 })).toBeUndefined();
});

test('under no difference, p is below 0.05 in one of twenty experiments', () => {
  // Every outcome of two groups of 200 at a rate of a half, weighted by how likely it is.
  const size = 200;
  const logs = [0];
  for (let n = 1; n <= size; n += 1) logs.push((logs[n - 1] ?? 0) + Math.log(n));
  const chance = (k: number): number =>
    Math.exp((logs[size] ?? 0) - (logs[k] ?? 0) - (logs[size - k] ?? 0) - size * Math.LN2);
  let found = 0;
  for (let a = 0; a <= size; a += 1)
    for (let b = 0; b <= size; b += 1) {
      const p = compareProportions({ count: a, of: size }, { count: b, of: size })?.p;
      if (p !== null && p !== undefined && p < 0.05) found += chance(a) * chance(b);
    }
  expect(found).toBeGreaterThan(0.045);
  expect(found).toBeLessThan(0.06);
});

test('a mean has the interval of its standard error', () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  const mean = meanOf(values.length, 40, squares);
  // The variance is 32/7, so the standard error sqrt(32/56).
  expect(mean?.mean).toBe(5);
  expect(mean?.interval?.low).toBeCloseTo(5 - 1.959964 * Math.sqrt(32 / 56), 6);
  expect(meanOf(3, 0.3, 0.03)?.interval?.low).toBeCloseTo(0.1, 7);
  expect(meanOf(1, 7, 49)).toEqual({ mean: 7, interval: undefined });
  expect(meanOf(0, 0, 0)).toBeUndefined();
});

const count = (variant: string, changes: Partial<VariantCount> = {}): VariantCount => ({
  ...{ variant, visitors: 0, conversions: 0, requests: 0, errors: 0, latencyMs: 0, latencySquares: 0 },
  histogram: [],
  ...changes,
});

test('what several fronts counted is added up, in the order of the variants', () => {
  const sums = sumCounts(
    ['blue', 'green'],
    [
      count('green', { requests: 1, histogram: [1] }),
      count('green', { requests: 2, errors: 1, histogram: [0, 2] }),
      count('gone', { requests: 9 }),
    ],
  );
  expect(sums).toEqual([count('blue'), count('green', { requests: 3, errors: 1, histogram: [1, 2] })]);
});

test('each variant is compared with the first', () => {
  const [blue, green, nobody] = summarizeVariants([
    count('blue', { visitors: 1000, conversions: 100, requests: 2, latencyMs: 4, latencySquares: 8 }),
    count('green', { visitors: 1000, conversions: 120 }),
    count('nobody'),
  ]);
  expect(blue).toMatchObject({ rate: 0.1, comparison: null, latency: { mean: 2 } });
  expect(green?.comparison?.difference).toBeCloseTo(0.02, 12);
  expect(nobody).toMatchObject({ rate: null, rateInterval: null, comparison: null, latency: null });
});
