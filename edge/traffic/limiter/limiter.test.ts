// Goal: over all fronts, no limiter ever lets more through than it says, and none refuses while there is room.
// Method: several fronts with real accounts, requests at drawn times at drawn fronts, loans as control arranges them.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LimiterFigures } from '../../contract/rules/rate-limits.ts';
import type { Account } from './account.ts';
import {
  type KeyCount,
  Limiter,
  limiterKeysMax,
  limiterKeysOwn,
  limiterKeysTotalMax,
  sharedAccountsMax,
} from './limiter.ts';
import { slotsPerWindow } from './sliding-account.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261128 });

const begin = 1_800_000_000_000;

const fixed = (limit: number, windowMs: number): LimiterFigures => figures('fixed', limit, windowMs, 0);
const sliding = (limit: number, windowMs: number): LimiterFigures => figures('sliding', limit, windowMs, 0);
const bucket = (burst: number, rate: number): LimiterFigures =>
  figures('token_bucket', burst, Math.ceil((burst / rate) * 1000), rate);

function figures(
  algorithm: LimiterFigures['algorithm'],
  limit: number,
  windowMs: number,
  rate: number,
): LimiterFigures {
  return { id: 'x', name: 'x', algorithm, limit, windowMs, rate };
}

interface Passed {
  readonly at: number;
  readonly let: boolean;
}

class Fronts {
  readonly #figures: LimiterFigures;
  readonly #fronts: Limiter[];
  now = begin;

  constructor(given: LimiterFigures, count: number) {
    this.#figures = given;
    this.#fronts = Array.from(
      { length: count },
      (_, index) => new Limiter(given, { index, count, successorSince: 0 }, { keys: 0 }, begin),
    );
  }

  replace(index: number): void {
    const at = index % this.#fronts.length;
    const seat = { index: at, count: this.#fronts.length, successorSince: this.now };
    this.#fronts[at] = new Limiter(this.#figures, seat, { keys: 0 }, this.now);
  }

  request(index: number, key = 'k', lost = false): boolean {
    const front = this.#fronts[index % this.#fronts.length] as Limiter;
    const { account } = front.state(key, this.now);
    if (account.take(this.now)) return true;
    const period = account.period(this.now);
    const want = account.want(this.now);
    const need = Math.max(0, 1 - account.left(this.now));
    let lent = 0;
    for (const other of this.#fronts) {
      if (other === front || lent >= need - 1e-9) continue;
      lent += other.state(key, this.now).account.lend(this.now, period, want - lent);
    }
    if (lent > 0 && !lost) account.receive(this.now, period, lent);
    return account.take(this.now);
  }
}

/** Milliseconds until the next request, and the front it comes to. */
const arrivals = (windowMs: number) =>
  fc.array(
    fc.record({
      pause: fc.oneof(
        fc.constant(0),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: windowMs }),
        // Where a window ends.
        fc.integer({ min: windowMs - 40, max: windowMs + 20 }),
      ),
      front: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 150 },
  );

function play(fronts: Fronts, steps: readonly { pause: number; front: number }[]): Passed[] {
  return steps.map(({ pause, front }) => {
    fronts.now += pause;
    return { at: fronts.now, let: fronts.request(front) };
  });
}

const between = (passed: readonly Passed[], after: number, to: number): number =>
  passed.filter((one) => one.let && one.at > after && one.at <= to).length;

const counts = fc.integer({ min: 1, max: 4 });
const limits = fc.integer({ min: 1, max: 12 });

describe('fixed', () => {
  test('lets exactly the limit through in each window, at however many fronts', () => {
    fc.assert(
      fc.property(counts, limits, arrivals(1000), (count, limit, steps) => {
        const passed = play(new Fronts(fixed(limit, 1000), count), steps);
        const windows = new Map<number, Passed[]>();
        for (const one of passed) {
          const window = Math.floor(one.at / 1000);
          windows.set(window, [...(windows.get(window) ?? []), one]);
        }
        for (const inOne of windows.values())
          expect(inOne.filter((one) => one.let).length).toBe(Math.min(limit, inOne.length));
      }),
    );
  });
});

describe('sliding', () => {
  test('never lets more than the limit through in any stretch as long as the window', () => {
    fc.assert(
      fc.property(counts, limits, arrivals(1000), (count, limit, steps) => {
        const passed = play(new Fronts(sliding(limit, 1000), count), steps);
        for (const { at } of passed) expect(between(passed, at - 1000, at)).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test('refuses only when the limit was used within the window and one slot more', () => {
    fc.assert(
      fc.property(counts, limits, arrivals(1000), (count, limit, steps) => {
        const passed = play(new Fronts(sliding(limit, 1000), count), steps);
        const stretch = 1000 + 1000 / slotsPerWindow;
        for (const { at } of passed.filter((one) => !one.let))
          expect(between(passed, at - stretch, at)).toBe(limit);
      }),
    );
  });
});

describe('token bucket', () => {
  const rates = fc.double({ min: 0.5, max: 50, noNaN: true });

  test('lets through at most the burst, and the rate from then on', () => {
    fc.assert(
      fc.property(counts, limits, rates, arrivals(1000), (count, burst, rate, steps) => {
        const passed = play(new Fronts(bucket(burst, rate), count), steps).filter((one) => one.let);
        passed.forEach((first, i) => {
          passed.slice(i).forEach((last, n) => {
            expect(n + 1).toBeLessThanOrEqual(burst + (rate * (last.at - first.at)) / 1000 + 1e-6);
          });
        });
      }),
    );
  });

  test('lets the whole burst through at one front', () => {
    fc.assert(
      fc.property(counts, limits, fc.integer({ min: 0, max: 3 }), (count, burst, front) => {
        const fronts = new Fronts(bucket(burst, 0.5), count);
        const answers = Array.from({ length: burst + 3 }, () => fronts.request(front));
        expect(answers.filter(Boolean).length).toBe(burst);
      }),
    );
  });

  test('lets its rate through for as long as somebody asks', () => {
    const fronts = new Fronts(bucket(10, 20), 2);
    let passed = 0;
    for (let ms = 0; ms < 60_000; ms += 5) {
      fronts.now = begin + ms;
      if (fronts.request(ms % 3)) passed += 1;
    }
    expect(passed).toBeGreaterThan(10 + 20 * 60 * 0.99);
    expect(passed).toBeLessThanOrEqual(10 + 20 * 60);
  });
});

describe.each([fixed(8, 1000), sliding(8, 1000), bucket(8, 8)])('$algorithm', (given) => {
  test('what is lost on its way is let through by nobody', () => {
    const fronts = new Fronts(given, 2);
    const passed = Array.from({ length: 30 }, (_, n) => fronts.request(0, 'k', n === 4));
    expect(passed.filter(Boolean).length).toBeLessThan(8);
    expect(passed.filter(Boolean).length).toBeGreaterThanOrEqual(4);
  });

  test('a front that takes the place of another gives nobody more than the limit', () => {
    fc.assert(
      fc.property(arrivals(200), fc.integer({ min: 0, max: 60 }), (steps, at) => {
        const fronts = new Fronts(given, 2);
        const passed = steps.map(({ pause, front }, n) => {
          fronts.now += pause;
          if (n === at) fronts.replace(0);
          return { at: fronts.now, let: fronts.request(front) };
        });
        const windowOf = ({ at: when }: Passed): number => Math.floor(when / 1000);
        for (const last of passed) {
          const inWindow =
            given.algorithm === 'fixed'
              ? passed.filter((one) => one.let && windowOf(one) === windowOf(last)).length
              : between(passed, last.at - 1000, last.at);
          expect(inWindow).toBeLessThanOrEqual(given.algorithm === 'token_bucket' ? 16 : 8);
        }
      }),
    );
  });

  test('one who is let in again has the whole limit', () => {
    const limiter = new Limiter(given, { index: 0, count: 1, successorSince: 0 }, { keys: 0 }, begin);
    const burst = (): number =>
      Array.from({ length: 20 }, () => limiter.state('k', begin).account.take(begin)).filter(Boolean).length;
    expect(burst()).toBe(8);
    expect(burst()).toBe(0);
    expect(limiter.reset('k')).toBe(true);
    expect(burst()).toBe(8);
    expect(limiter.reset('another')).toBe(false);
  });

  test('a request that is given back can be taken again', () => {
    const limiter = new Limiter(given, { index: 0, count: 1, successorSince: 0 }, { keys: 0 }, begin);
    const { account } = limiter.state('k', begin);
    const period = account.period(begin);
    for (let n = 0; n < 8; n += 1) account.take(begin);
    account.refund(begin, period);
    expect([account.take(begin), account.take(begin)]).toEqual([true, false]);
  });

  test('keys that are not in use any more are forgotten', () => {
    const count: KeyCount = { keys: 0 };
    const limiter = new Limiter(given, { index: 0, count: 1, successorSince: 0 }, count, begin);
    for (let n = 0; n < 50; n += 1) limiter.state(`k${n}`, begin).account.take(begin);
    limiter.sweep(begin + 100, 1000);
    expect(count.keys).toBe(50);
    limiter.sweep(begin + 2500, 1000);
    expect([count.keys, limiter.keys]).toEqual([0, 0]);
  });

  test('a flood of invented keys resets nobody, and is bounded', () => {
    const count: KeyCount = { keys: 0 };
    const limiter = new Limiter(given, { index: 0, count: 1, successorSince: 0 }, count, begin);
    const taken = (key: string): boolean => limiter.state(key, begin).account.take(begin);
    for (let n = 0; n < 8; n += 1) taken('victim');
    for (let n = 0; n < limiterKeysMax + 30_000; n += 1) taken(`invented ${n}`);
    expect(taken('victim')).toBe(false);
    expect(count.keys).toBe(limiterKeysMax);
    expect(limiter.keys).toBeLessThanOrEqual(limiterKeysMax + sharedAccountsMax);
  });

  test('a key that had to share an account does not begin anew when there is room', () => {
    const count: KeyCount = { keys: limiterKeysTotalMax };
    const limiter = new Limiter(given, { index: 0, count: 1, successorSince: 0 }, count, begin);
    for (let n = 0; n < limiterKeysOwn; n += 1) limiter.state(`own ${n}`, begin).account.take(begin);
    const taken = (): boolean => limiter.state('late', begin + 10).account.take(begin);
    const first = Array.from({ length: 8 }, taken);
    expect(first).toEqual(Array(8).fill(true));
    count.keys = 0;
    expect(taken()).toBe(false);
  });
});

describe.each([fixed(8, 1000), sliding(8, 1000)])('$algorithm', (given) => {
  test('what is asked for, or comes, in a window that is over is not lent, and of no use', () => {
    const open = (index: number): Account =>
      new Limiter(given, { index, count: 2, successorSince: 0 }, { keys: 0 }, begin).state('k', begin)
        .account;
    const [asks, lends] = [open(0), open(1)];
    const period = asks.period(begin);
    expect(lends.lend(begin + 1000, period, 4)).toBe(0);
    expect(lends.lend(begin + 1000, period + 50, 4)).toBe(given.algorithm === 'sliding' ? 4 : 0);
    asks.receive(begin + 1000, period, 4);
    expect(asks.left(begin + 1000)).toBe(4);
  });
});
