import { expect, test } from 'vitest';
import {
  afterCrash,
  afterFailedStart,
  afterLimit,
  backOffMs,
  type CrashHistory,
  crashesForgiven,
  crashLoopAt,
  isCrashLoop,
  limitBackOffMs,
  noCrashes,
  stableMs,
} from './crash-history.ts';

const now = 1_000_000;

function delays(count: number, end: (history: CrashHistory) => CrashHistory): number[] {
  let history = noCrashes;
  return Array.from({ length: count }, () => {
    history = end(history);
    return history.retryAt - now;
  });
}

test('forgives the first ends and then waits twice as long each time, up to the maximum', () => {
  const waits = delays(12, (history) => afterCrash(history, 0, now));
  expect(waits.slice(0, crashesForgiven + 3)).toEqual([0, 0, 500, 1000, 2000]);
  expect(waits.at(-1)).toBe(backOffMs.max);
});

test('never forgives a start that fails', () => {
  expect(delays(3, (history) => afterFailedStart(history, now))).toEqual([500, 1000, 2000]);
});

test('an instance that ran long enough breaks the row', () => {
  const loop = { ...noCrashes, crashes: 7 };
  expect(afterCrash(loop, stableMs - 1, now).crashes).toBe(8);
  expect(afterCrash(loop, stableMs, now)).toMatchObject({ crashes: 1, retryAt: now });
});

test('a row of ends becomes a crash loop', () => {
  expect(isCrashLoop({ ...noCrashes, crashes: crashLoopAt - 1 })).toBe(false);
  expect(isCrashLoop({ ...noCrashes, crashes: crashLoopAt })).toBe(true);
});

test('ends for a limit bound the starts, and are never a crash loop', () => {
  const waits = delays(20, (history) => afterLimit(history, 0, now));
  expect(waits.slice(0, crashesForgiven + 1)).toEqual([0, 0, limitBackOffMs]);
  expect(waits.at(-1)).toBe(limitBackOffMs);
  expect(
    isCrashLoop(Array.from({ length: 20 }).reduce((h: CrashHistory) => afterLimit(h, 0, now), noCrashes)),
  ).toBe(false);
  expect(afterLimit({ ...noCrashes, limitEnds: 9 }, stableMs, now)).toMatchObject({
    limitEnds: 1,
    retryAt: now,
  });
});
