import { expect, test } from 'vitest';
import type { EndCause } from './end-cause.ts';
import { endsRememberedMs, RecentEnds } from './recent-ends.ts';

const cause: EndCause = { code: 'FN_003', message: 'It was too large.' };

test('an end is remembered for its time and not for longer', () => {
  const ends = new RecentEnds();
  ends.add('fn_1', 'v1', 7, cause, 1000, 1000);
  expect(ends.of('fn_1', 'v1', 7, 1000 + endsRememberedMs)).toMatchObject({ cause, at: 1000 });
  expect(ends.of('fn_1', 'v1', 7, 1001 + endsRememberedMs)).toBeUndefined();
  expect(ends.of('fn_1', 'v1', 8, 1000)).toBeUndefined();
  expect(ends.of('fn_1', 'v2', 7, 1000)).toBeUndefined();
});

test('of two ends at one slot the newer one counts', () => {
  const ends = new RecentEnds();
  const newer: EndCause = { code: 'FN_004', message: 'It ended.' };
  ends.add('fn_1', 'v1', 7, cause, 1000, 1000);
  ends.add('fn_1', 'v1', 7, newer, 2000, 2000);
  expect(ends.of('fn_1', 'v1', 7, 2000)).toMatchObject({ cause: newer, at: 2000 });
});
