import { expect, test } from 'vitest';
import { latencyQuantile } from './latency-quantile.ts';

const buckets = (counts: Readonly<Record<number, number>>): number[] =>
  Array.from({ length: 17 }, (_, bucket) => counts[bucket] ?? 0);

test('is undefined without a latency', () => {
  expect(latencyQuantile(buckets({}), 0.95)).toBeUndefined();
});

test('lies in the bucket that the rank falls into, in proportion to the rank', () => {
  // 100 of 64 to 128 ms.
  expect(latencyQuantile(buckets({ 7: 100 }), 0.5)).toBe(96);
  expect(latencyQuantile(buckets({ 7: 100 }), 1)).toBe(128);
  // 94 below 1 ms and 6 of 512 to 1024 ms: the 95th is the first of six.
  expect(latencyQuantile(buckets({ 0: 94, 10: 6 }), 0.95)).toBeCloseTo(512 + 512 / 6);
});

test('of the bucket without an upper bound the lower bound is told', () => {
  expect(latencyQuantile(buckets({ 16: 3 }), 0.95)).toBe(32_768);
});
