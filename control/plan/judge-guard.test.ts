import { expect, test } from 'vitest';
import type { Guard } from '../model/rollout.ts';
import { type Figures, judgeGuard, noFigures } from './judge-guard.ts';

/** All of them in one bucket of latencies. */
const seen = (answered: number, failed = 0, bucket = 2): Figures => ({
  ...{ answered, failed },
  histogram: Array.from({ length: 17 }, (_, index) => (index === bucket ? answered : 0)),
});
const guard = (rules: Partial<Guard>): Guard => ({ min_requests: 100, ...rules });

test('says nothing until the new version has answered min_requests', () => {
  const rules = guard({ error_rate: { max: 5 } });
  expect(judgeGuard(rules, seen(99, 99), noFigures)).toEqual({ is: 'open', figures: '99 of 100 requests' });
  expect(judgeGuard(rules, seen(100, 100), noFigures)).toMatchObject({ is: 'bad' });
});

test('an error rate at the limit is good, one above it is not, and the reason has the figures', () => {
  const rules = guard({ error_rate: { max: 5 } });
  expect(judgeGuard(rules, seen(200, 10), noFigures)).toMatchObject({ is: 'good' });
  expect(judgeGuard(rules, seen(200, 11), noFigures)).toEqual({
    is: 'bad',
    reason: 'error rate 5.5 %, at most 5 % (200 requests, 11 failed)',
  });
});

test('a relative limit compares with the old version in the same window', () => {
  const rules = guard({ error_rate: { relative: 2 } });
  expect(judgeGuard(rules, seen(200, 20), seen(1000, 50))).toMatchObject({ is: 'good' });
  expect(judgeGuard(rules, seen(200, 21), seen(1000, 50))).toEqual({
    is: 'bad',
    reason:
      'error rate 10.5 %, the old version has 5 % and at most 2 times that is allowed (200 requests, 21 failed)',
  });
});

test('beside an old version that never fails, a single failure is chance and more are not', () => {
  const rules = guard({ error_rate: { relative: 2 } });
  expect(judgeGuard(rules, seen(100, 1), seen(1000))).toMatchObject({ is: 'good' });
  expect(judgeGuard(rules, seen(100, 2), seen(1000))).toMatchObject({ is: 'bad' });
});

test('an old version with too few requests is no measure', () => {
  const rules = guard({ error_rate: { relative: 2 }, p95: { relative: 2 } });
  expect(judgeGuard(rules, seen(100, 50, 12), seen(99))).toMatchObject({ is: 'good' });
});

test('p95 is held to milliseconds and to the old version', () => {
  // Buckets of 64 to 128 ms and of 32 to 64 ms.
  expect(judgeGuard(guard({ p95: { max_ms: 100 } }), seen(100, 0, 7), noFigures)).toMatchObject({
    is: 'bad',
    reason: 'p95 124.8 ms, at most 100 ms (100 requests, 0 failed)',
  });
  const relative = guard({ p95: { relative: 1.5 } });
  expect(judgeGuard(relative, seen(100, 0, 7), seen(100, 0, 7))).toMatchObject({ is: 'good' });
  expect(judgeGuard(relative, seen(100, 0, 7), seen(100, 0, 6))).toMatchObject({ is: 'bad' });
});

test('a p95 that is higher by less than the clock can tell is good', () => {
  // Below 1 ms, and 2 to 4 ms.
  expect(judgeGuard(guard({ p95: { relative: 1 } }), seen(100, 0, 2), seen(100, 0, 0))).toMatchObject({
    is: 'good',
  });
});

test('two limits that are passed are both told', () => {
  const rules = guard({ error_rate: { max: 1 }, p95: { max_ms: 10 } });
  expect(judgeGuard(rules, seen(100, 10, 7), noFigures)).toMatchObject({
    reason: 'error rate 10 %, at most 1 %; p95 124.8 ms, at most 10 ms (100 requests, 10 failed)',
  });
});
