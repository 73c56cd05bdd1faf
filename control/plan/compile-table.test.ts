import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { compileFunction } from './compile-table.ts';

test.each([
  [{ requests: 100, seconds: 60 }, 4, { requests: 100, windowMs: 60_000, perFront: 25 }],
  [{ requests: 7, seconds: 1 }, 2, { requests: 7, windowMs: 1000, perFront: 3 }],
  [{ requests: 1, seconds: 1 }, 4, { requests: 1, windowMs: 1000, perFront: 1 }],
  [null, 4, null],
])('the rate limit %j is compiled for %s fronts', (rateLimit, fronts, expected) => {
  expect(compileFunction(functionRecord({ rateLimit }), undefined, [], {}, fronts).rateLimit).toEqual(
    expected,
  );
});
