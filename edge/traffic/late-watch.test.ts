import { expect, test } from 'vitest';
import type { FunctionEntry } from '../contract/routing-table.ts';
import { Flight } from './flight.ts';
import { LateWatch, lateCheckMs } from './late-watch.ts';
import { Traffic } from './traffic.ts';
import type { VersionState } from './version-state.ts';

const NOW = 1_000_000;

function aVersion(): VersionState {
  const entry: FunctionEntry = {
    ...{ id: 'fn', project: 'default', name: 'f', public: true, disabled: false, previews: [] },
    ...{ sticky: { by: 'random' }, aliases: {}, shadow: null },
    ...{ deployment: [], slots: {}, timeoutMs: 1000, streamTimeoutMs: 1000, rateLimit: null },
    ...{ concurrency: 2, targetConcurrency: 1, maxInstances: 3, queueLength: 10, queueTimeoutMs: 100 },
    requestBytesMax: 1,
  };
  return new Traffic().of(entry, 1).version('v1');
}

/** A watch with a clock that only its own pauses move, and flights that note when they were called late. */
function useWatch() {
  const watch = new LateWatch();
  const version = aVersion();
  const late: [name: string, after: number][] = [];
  const pauses: number[] = [];
  const clock = { now: NOW };
  const add = (name: string, durationMs: number): { flight: Flight; keep: boolean } => {
    const flight = new Flight(version, name, 'GET', 'http://f.localhost/', clock.now);
    flight.late = () => late.push([name, clock.now - NOW]);
    return { flight, keep: watch.add(flight, durationMs, clock.now) };
  };
  const run = (during: (now: number) => void = () => undefined): Promise<void> =>
    watch.run(
      async (milliseconds) => {
        pauses.push(milliseconds);
        clock.now += milliseconds;
        during(clock.now - NOW);
      },
      () => clock.now,
    );
  return { watch, add, run, late, pauses, clock };
}

test('a timeout is noticed within 50 ms, and never before it is due', async () => {
  expect(lateCheckMs).toBeLessThanOrEqual(50);
  const { watch, add, late } = useWatch();
  add('a', 300);
  watch.check(NOW + 299);
  expect(late).toEqual([]);
  watch.check(NOW + 300);
  watch.check(NOW + 301);
  expect(late).toHaveLength(1);
});

test('the loop sleeps until the earliest flight is due, and looks in between for shorter ones', async () => {
  const { add, run, late, pauses } = useWatch();
  add('long', 1000);
  add('short', 60);
  await run((at) => {
    if (at === 85) add('shorter', 5);
  });
  expect(pauses.slice(0, 5)).toEqual([25, 25, 10, 25, 5]);
  expect(late).toEqual([
    ['short', 60],
    ['shorter', 90],
    ['long', 1000],
  ]);
});

test('what came during a pause is noticed at most one pause late', async () => {
  const { add, run, late, clock } = useWatch();
  add('first', 200);
  let due = 0;
  await run((at) => {
    if (due !== 0) return;
    // As if it had come just after the pause began.
    clock.now -= 24;
    add('second', 1);
    due = at - 24 + 1;
    clock.now += 24;
  });
  const second = late.find(([name]) => name === 'second');
  expect((second?.[1] ?? 1e9) - due).toBeLessThanOrEqual(lateCheckMs);
});

test('flights that ended, were answered or left are not called, and the loop ends when none is left', async () => {
  const { add, run, late } = useWatch();
  const [ended, answered, left, again] = ['a', 'b', 'c', 'd'].map((name) => add(name, 100).flight);
  ended?.end();
  answered?.head(200, undefined, NOW);
  left?.abandon(NOW);
  again?.unwatch();
  await run();
  expect(late).toEqual([]);
  expect(add('next', 100).keep).toBe(true);
});

test('one context runs the loop for all, and one that has died is replaced', async () => {
  const { watch, add, clock } = useWatch();
  expect([add('a', 9000).keep, add('b', 9000).keep]).toEqual([true, false]);
  clock.now += 5000;
  expect(add('c', 9000).keep).toBe(true);
  const pause = Promise.withResolvers<void>();
  const old = watch.run(
    () => pause.promise,
    () => clock.now,
  );
  const ran = watch.run(
    async (milliseconds) => {
      clock.now += milliseconds;
    },
    () => clock.now,
  );
  pause.resolve();
  await Promise.all([old, ran]);
  expect(watch.untilNext(clock.now)).toBeUndefined();
});

test('a look among 10,000 that wait touches the heads of the queues only', () => {
  const { watch, add, clock } = useWatch();
  for (let count = 0; count < 10_000; count += 1) {
    clock.now = NOW + count;
    add(String(count), 60_000);
  }
  const { flight } = add('due', 1);
  let looked = 0;
  Object.defineProperty(flight, 'deadline', {
    get: () => {
      looked += 1;
      return NOW + 10_000;
    },
  });
  watch.check(NOW + 10_000);
  expect([looked, flight.watched]).toEqual([1, undefined]);
  expect(watch.untilNext(NOW + 10_000)).toBe(lateCheckMs);
});
