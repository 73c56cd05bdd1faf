import { expect, test } from 'vitest';
import { controlAvoidedMs, RateLease } from './rate-lease.ts';

const NOW = 1_000_000;

test('a small limit is leased one at a time, and a large one by more as more is used up', () => {
  const small = new RateLease();
  const large = new RateLease();
  const wants: number[][] = [];
  for (let round = 0; round < 12; round += 1) {
    wants.push([small.want(100), large.want(100_000)]);
    for (const [lease, requests] of [
      [small, 100],
      [large, 100_000],
    ] as const) {
      expect(lease.settle({ granted: lease.want(requests), forMs: 1000 }, NOW)).toBe(true);
      while (lease.take(NOW));
    }
  }
  expect(wants.map(([want]) => want)).toEqual(Array(12).fill(1));
  expect(wants.map(([, want]) => want)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000]);
});

test('a lease gives as many as were granted, the one that asked included', () => {
  const lease = new RateLease();
  expect(lease.take(NOW)).toBe(false);
  expect(lease.settle({ granted: 3, forMs: 100 }, NOW)).toBe(true);
  expect([lease.take(NOW), lease.take(NOW + 99), lease.take(NOW)]).toEqual([true, true, false]);
});

test('what was not used in its time is lost, and the next lease is for one', () => {
  const lease = new RateLease();
  for (let round = 0; round < 5; round += 1) lease.settle({ granted: 10, forMs: 100 }, NOW);
  expect(lease.want(100_000)).toBe(32);
  expect(lease.take(NOW + 100)).toBe(false);
  expect(lease.want(100_000)).toBe(1);
});

test('a refusal stands until the time that control named', () => {
  const lease = new RateLease();
  expect(lease.settle({ granted: 0, forMs: 500 }, NOW)).toBe(false);
  expect([lease.refusedMs(NOW + 499), lease.refusedMs(NOW + 500)]).toEqual([1, 0]);
});

test('without control a front lets its own share in, in each window, and asks again later', () => {
  const lease = new RateLease();
  lease.leftAlone(NOW);
  expect([lease.alone(NOW + controlAvoidedMs - 1), lease.alone(NOW + controlAvoidedMs)]).toEqual([
    true,
    false,
  ]);
  expect([1, 2, 3].map(() => lease.takeAlone(2, 1000, NOW + 10))).toEqual([0, 0, 1000]);
  expect(lease.takeAlone(2, 1000, NOW + 1009)).toBe(1);
  expect(lease.takeAlone(2, 1000, NOW + 1010)).toBe(0);
});
