import { expect, test } from 'vitest';
import { rateLimitsSchema } from '../../model/rules/rate-limits.ts';
import { compileRateLimits } from './compile-rate-limits.ts';

const compile = (limiter: object) => compileRateLimits(rateLimitsSchema.parse([limiter]))[0];
const login = { name: 'login', algorithm: 'sliding', limit: 5, window: 60 };

test('a window is in milliseconds, and a bucket has the time that it takes to fill', () => {
  expect(compile(login)).toMatchObject({ limit: 5, windowMs: 60_000, rate: 0, by: [{ from: 'ip' }] });
  const bucket = { name: 'b', algorithm: 'token_bucket', burst: 10, rate: 4, by: 'global' };
  expect(compile(bucket)).toMatchObject({ limit: 10, windowMs: 2500, rate: 4, by: [], byText: '' });
});

test('names of headers are lower case, those of cookies are as they are', () => {
  const by = ['header:X-Team', 'cookie:Sid'];
  expect(compile({ ...login, by })).toMatchObject({
    by: [
      { from: 'header', name: 'x-team' },
      { from: 'cookie', name: 'Sid' },
    ],
    byText: ' by header:X-Team and cookie:Sid',
  });
});

test('counts go on while figures and key are the same, and begin anew when one is another', () => {
  const id = (changes: object): string | undefined => compile({ ...login, ...changes })?.id;
  expect(id({ status: 503, paths: ['/a'], headers: false, missing: 'skip' })).toBe(id({}));
  const others = [{ limit: 6 }, { window: 61 }, { algorithm: 'fixed' }, { by: 'global' }, { name: 'other' }];
  expect(new Set([{}, ...others].map(id)).size).toBe(others.length + 1);
});
