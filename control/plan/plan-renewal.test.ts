import { expect, test } from 'vitest';
import { acmeRetryMs, renewalAt, retryAt } from './plan-renewal.ts';

const DAY = 86_400_000;

test('a certificate is renewed when a third of its life is left', () => {
  expect(renewalAt({ notBefore: 0, notAfter: 90 * DAY })).toBe(60 * DAY);
});

test('after each failure the next order waits twice as long, up to a day', () => {
  expect([1, 2, 3].map((failures) => retryAt(failures, 1000) - 1000)).toEqual([
    acmeRetryMs.first,
    2 * acmeRetryMs.first,
    4 * acmeRetryMs.first,
  ]);
  expect(retryAt(50, 0)).toBe(acmeRetryMs.max);
});
