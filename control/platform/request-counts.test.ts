import { expect, test } from 'vitest';
import type { VersionCounters } from '../../edge/contract/front-api.ts';
import { RequestCounts } from './request-counts.ts';

const counters = (requests: number, errors = 0, refused: Record<string, number> = {}): VersionCounters => ({
  ...{ function: 'fn_a', version: 'v', requests, errors, refused },
  ...{ coldStarts: 0, durationMs: 0, histogram: [], inFlight: 0, queued: 0, lastRequestAt: 0 },
});

test('counts what is new since the last answer, failures of both kinds among it', () => {
  const counts = new RequestCounts(false);
  expect(counts.take([counters(3, 1, { FN_002: 1 })])).toMatchObject([
    { function: 'fn_a', version: 'v', requests: 3, failed: 2 },
  ]);
  expect(counts.take([counters(3, 1, { FN_002: 1 })])).toEqual([]);
  expect(counts.take([counters(5, 1, { FN_002: 2 })])).toMatchObject([
    { function: 'fn_a', requests: 2, failed: 1 },
  ]);
});

test('begins anew with a version that the front had forgotten', () => {
  const counts = new RequestCounts(false);
  counts.take([counters(9)]);
  expect(counts.take([counters(2)])).toMatchObject([{ function: 'fn_a', requests: 2, failed: 0 }]);
});

test('does not count again what an earlier control has counted of a front that outlived it', () => {
  const counts = new RequestCounts(true);
  expect(counts.take([counters(9)])).toEqual([]);
  expect(counts.take([counters(10)])).toMatchObject([{ function: 'fn_a', requests: 1, failed: 0 }]);
});

test('what a version is to blame for is counted apart from rate limits and visitors', () => {
  const counts = new RequestCounts(false);
  const refused = { FN_002: 1, FN_003: 1, FN_007: 5, FN_008: 1, FN_009: 3 };
  expect(counts.take([counters(20, 2, refused)])).toMatchObject([{ failed: 13, faults: 5 }]);
});

test('answers are counted by their latency, also those whose request came before the last answer', () => {
  const counts = new RequestCounts(false);
  counts.take([{ ...counters(4), histogram: [1, 0, 2] }]);
  expect(counts.take([{ ...counters(4), histogram: [1, 1, 2] }])).toMatchObject([
    { requests: 0, answered: 1, histogram: [0, 1, 0] },
  ]);
});
