import { expect, test } from 'vitest';
import type { LimiterFigures } from '../../contract/rules/rate-limits.ts';
import { Limiters } from './limiters.ts';
import { ONLY_SEAT, readSeat, shareOf } from './seat.ts';

const figures = (changes: Partial<LimiterFigures> = {}): LimiterFigures => ({
  ...{ id: 'l', name: 'l', algorithm: 'fixed', limit: 4, windowMs: 10_000, rate: 0 },
  ...changes,
});
const begin = 1_800_000_000_000;
const two = { index: 0, count: 2, successorSince: 0 };

function take(limiters: Limiters, clock: number, wanted = figures()): boolean {
  const now = limiters.now(clock);
  return limiters.of('fn', wanted, now).state('k', now).account.take(now);
}

const takes = (limiters: Limiters, clock: number): boolean[] =>
  Array.from({ length: 5 }, () => take(limiters, clock));

test('a clock that steps back a little stands still, and gives nobody a second window', () => {
  const limiters = new Limiters(ONLY_SEAT);
  expect(takes(limiters, begin).filter(Boolean).length).toBe(4);
  expect(limiters.now(begin - 900)).toBe(begin);
  expect(take(limiters, begin - 900)).toBe(false);
});

test('a clock that is set back has the front begin with nothing, and it recovers in the next window', () => {
  const limiters = new Limiters(two);
  takes(limiters, begin);
  expect(takes(limiters, begin - 3_600_000).some(Boolean)).toBe(false);
  expect(takes(limiters, begin - 3_600_000 + 10_000).filter(Boolean).length).toBe(2);
});

test('a clock that is set ahead begins another window', () => {
  const limiters = new Limiters(two);
  takes(limiters, begin);
  expect(takes(limiters, begin + 3_600_000).filter(Boolean).length).toBe(2);
});

test('a front that took the place of another begins with its share in long windows, as they would take too long', () => {
  const limiters = new Limiters({ ...two, successorSince: begin });
  expect(take(limiters, begin + 1)).toBe(false);
  expect(take(limiters, begin + 1, figures({ id: 'long', windowMs: 60_001 }))).toBe(true);
});

test('functions have limiters of their own, which go with them', () => {
  const limiters = new Limiters(ONLY_SEAT);
  for (const id of ['fn_a', 'fn_b']) limiters.of(id, figures(), begin).state('k', begin).account.take(begin);
  limiters.sweep(begin, (id) => id === 'fn_b');
  expect(limiters.all('fn_a')).toEqual([]);
  expect(limiters.all('fn_b').map(({ keys }) => keys)).toEqual([1]);
});

test('a limiter that nobody uses is forgotten after an hour, and not before', () => {
  const limiters = new Limiters(ONLY_SEAT);
  limiters.of('fn', figures(), begin);
  limiters.sweep(begin + 3_599_999, () => true);
  expect(limiters.all('fn').length).toBe(1);
  limiters.sweep(begin + 3_600_001, () => true);
  expect(limiters.all('fn')).toEqual([]);
});

test('shares of all seats add up to the limit', () => {
  for (const limit of [1, 2, 3, 7, 100])
    for (const count of [1, 2, 3, 8]) {
      const shares = Array.from({ length: count }, (_, index) => shareOf(limit, { ...two, index, count }));
      expect(shares.reduce((all, share) => all + share, 0)).toBe(limit);
    }
});

test('a router that is told no seat, or nonsense, is the only one', () => {
  for (const text of [undefined, null, '', '2/2/0', '1/2', 'a/b/c'])
    expect(readSeat(text)).toEqual(ONLY_SEAT);
  expect(readSeat('1/2/1800000000000')).toEqual({ index: 1, count: 2, successorSince: begin });
});
