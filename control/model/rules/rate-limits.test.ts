import { expect, test } from 'vitest';
import {
  limiterKeyPartsMax,
  limiterPathsMax,
  limiterRate,
  limiterRequests,
  limitersMax,
  limiterWindowSeconds,
} from '../limits.ts';
import { rateLimitsSchema } from './rate-limits.ts';

const fixed = { name: 'all', algorithm: 'fixed', limit: 10, window: 60 };
const bucket = { name: 'all', algorithm: 'token_bucket', burst: 10, rate: 5 };
const complaints = (...limiters: object[]): string[] =>
  rateLimitsSchema
    .safeParse(limiters)
    .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

test('fills in what is left out', () => {
  expect(rateLimitsSchema.parse([fixed])).toEqual([
    { ...fixed, by: 'ip', missing: 'share', status: 429, before_auth: false, headers: true },
  ]);
});

test.each([
  [{ ...fixed, limit: limiterRequests.max }],
  [{ ...fixed, algorithm: 'sliding', window: limiterWindowSeconds.max }],
  [{ ...bucket, burst: limiterRequests.max, rate: limiterRate.max }],
  [{ ...fixed, by: ['ip', 'header:X-Api', 'cookie:a', 'path'] }],
  [{ ...fixed, paths: ['/', '/a*', '/b'], methods: ['GET'] }],
])('takes %j', (limiter) => {
  expect(complaints(limiter)).toEqual([]);
});

test.each([
  ['a limit below the least', { ...fixed, limit: limiterRequests.min - 1 }],
  ['a limit above the most', { ...fixed, limit: limiterRequests.max + 1 }],
  ['a window below the least', { ...fixed, window: limiterWindowSeconds.min - 1 }],
  ['a window above the most', { ...fixed, window: limiterWindowSeconds.max + 1 }],
  ['a rate below the least', { ...bucket, rate: limiterRate.min / 2 }],
  ['a rate above the most', { ...bucket, rate: limiterRate.max + 1 }],
  ['a bucket that takes more than the longest window to fill', { ...bucket, burst: 100_000, rate: 1 }],
  ['a window of a bucket', { ...bucket, window: 60 }],
  ['a burst of a window', { ...fixed, burst: 3 }],
  ['one part of the key too many', { ...fixed, by: Array(limiterKeyPartsMax + 1).fill('ip') }],
  ['a part twice', { ...fixed, by: ['ip', 'ip'] }],
  ['global and another', { ...fixed, by: ['global', 'ip'] }],
  ['a part that there is not', { ...fixed, by: 'planet' }],
  ['a header without a name', { ...fixed, by: 'header:' }],
  ['one path too many', { ...fixed, paths: Array(limiterPathsMax + 1).fill('/a') }],
  ['a star in the middle of a path', { ...fixed, paths: ['/a/*/b'] }],
  ['a path that is none', { ...fixed, paths: ['a'] }],
  ['a status that is no refusal', { ...fixed, status: 200 }],
  ['a name that is no name', { ...fixed, name: 'a"b' }],
  ['a key that is not known before auth', { ...fixed, by: ['ip', 'user'], before_auth: true }],
  ['a field that there is not', { ...fixed, limits: 3 }],
])('refuses %s', (_, limiter) => {
  expect(complaints(limiter).length).toBeGreaterThan(0);
});

test('refuses one limiter too many, and one name twice', () => {
  const many = Array.from({ length: limitersMax + 1 }, (_, n) => ({ ...fixed, name: `l${n}` }));
  expect(complaints(...many.slice(1))).toEqual([]);
  expect(complaints(...many).length).toBe(1);
  expect(complaints(fixed, bucket)).toEqual(['1.name is "all" twice: each limiter has a name of its own']);
});
