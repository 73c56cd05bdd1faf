import { expect, test } from 'vitest';
import type { VersionCounters } from '../../edge/contract/front-api.ts';
import { RequestCounts } from './request-counts.ts';

const counters = (requests: number, errors = 0, refused: Record<string, number> = {}): VersionCounters => ({
  ...{ function: 'fn_a', version: 'v', requests, errors, refused },
  ...{ coldStarts: 0, durationMs: 0, histogram: [], inFlight: 0, queued: 0, lastRequestAt: 0 },
});

test('counts what is new since the last answer, failures of both kinds among it', () => {
  const counts = new RequestCounts(false);
  expect(counts.take([counters(3, 1, { FN_002: 1 })])).toEqual([
    { function: 'fn_a', requests: 3, failed: 2 },
  ]);
  expect(counts.take([counters(3, 1, { FN_002: 1 })])).toEqual([]);
  expect(counts.take([counters(5, 1, { FN_002: 2 })])).toEqual([
    { function: 'fn_a', requests: 2, failed: 1 },
  ]);
});

test('begins anew with a version that the front had forgotten', () => {
  const counts = new RequestCounts(false);
  counts.take([counters(9)]);
  expect(counts.take([counters(2)])).toEqual([{ function: 'fn_a', requests: 2, failed: 0 }]);
});

test('does not count again what an earlier control has counted of a front that outlived it', () => {
  const counts = new RequestCounts(true);
  expect(counts.take([counters(9)])).toEqual([]);
  expect(counts.take([counters(10)])).toEqual([{ function: 'fn_a', requests: 1, failed: 0 }]);
});
