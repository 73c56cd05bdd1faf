import { expect, test } from 'vitest';
import { backOffBaseMs, backOffMaxMs, retryAfterSecondsMax } from './bounds.ts';
import { type Attempt, judgeRetry } from './judge-retry.ts';
import { SelvedgeError } from './selvedge-error.ts';

const attempt = (
  error: readonly [code: SelvedgeError['code'], status?: number, retryAfter?: number],
  more: Partial<Attempt> = {},
): Attempt => {
  const [code, status = null, retryAfter = null] = error;
  return {
    error: new SelvedgeError(code, 'of a test', { status, retryAfter }),
    ...{ neverSent: false, repetition: 'harmless', repeated: 0, retries: 4, random: 0.5 },
    ...more,
  };
};
const isRepeated = (...args: Parameters<typeof attempt>): boolean =>
  judgeRetry(attempt(...args)) !== undefined;

test.each([
  ['a limit that is exceeded', ['FN_007', 429, 1]],
  ['no instance', ['FN_008', 503]],
  ['a platform that starts', ['SYS_003', 503, 1]],
] as const)('repeats whatever call after %s, as nothing was begun', (_, error) => {
  expect(isRepeated(error, { repetition: 'after-refusal' })).toBe(true);
  expect(isRepeated(error, { repetition: 'harmless' })).toBe(true);
});

test.each([
  ['the function was ended for its memory', ['FN_003', 503]],
  ['the function threw', ['FN_004', 500]],
  ['the function took too long', ['FN_002', 504]],
  ['the request is wrong', ['FN_006', 400]],
  ['something is not there', ['FN_001', 404]],
  ['the name is taken', ['FN_006', 409]],
  ['the deployment failed', ['FN_005', 422]],
  ['its own time is over', ['CLIENT_TIMEOUT']],
  ['its caller left', ['CLIENT_ABORTED']],
] as const)('repeats nothing when %s', (_, error) => {
  expect(isRepeated(error, { repetition: 'harmless' })).toBe(false);
  expect(isRepeated(error, { repetition: 'after-refusal' })).toBe(false);
});

test('a connection that broke is made again for harmless calls alone, and one that was never made for all', () => {
  expect(isRepeated(['CLIENT_NETWORK'], { repetition: 'harmless' })).toBe(true);
  expect(isRepeated(['CLIENT_NETWORK'], { repetition: 'create' })).toBe(true);
  expect(isRepeated(['CLIENT_NETWORK'], { repetition: 'after-refusal' })).toBe(false);
  expect(isRepeated(['CLIENT_NETWORK'], { repetition: 'after-refusal', neverSent: true })).toBe(true);
});

test("waits for one's own first request, and takes a proxy's 503 as one only where that does no harm", () => {
  expect(isRepeated(['FN_006', 409, 1], { repetition: 'harmless' })).toBe(true);
  expect(isRepeated(['FN_006', 409, 1], { repetition: 'after-refusal' })).toBe(false);
  expect(isRepeated(['CLIENT_ANSWER', 503], { repetition: 'harmless' })).toBe(true);
  expect(isRepeated(['CLIENT_ANSWER', 503], { repetition: 'after-refusal' })).toBe(false);
  expect(isRepeated(['CLIENT_ANSWER', 502], { repetition: 'harmless' })).toBe(false);
});

test('a create that found no instance is not repeated, as the function is there by then', () => {
  expect(isRepeated(['FN_008', 503], { repetition: 'create' })).toBe(false);
  expect(isRepeated(['SYS_003', 503], { repetition: 'create' })).toBe(true);
});

test('ends after `retries` repetitions, and with 0 there is none', () => {
  expect(isRepeated(['FN_007', 429, 1], { retries: 4, repeated: 3 })).toBe(true);
  expect(isRepeated(['FN_007', 429, 1], { retries: 4, repeated: 4 })).toBe(false);
  expect(isRepeated(['FN_007', 429, 1], { retries: 0 })).toBe(false);
});

test('draws the pause from a range that doubles up to its bound', () => {
  const pause = (repeated: number, random: number) =>
    judgeRetry(attempt(['FN_008', 503], { repeated, random, retries: 20 }));
  expect([0, 1, 2].map((repeated) => pause(repeated, 1))).toEqual([
    backOffBaseMs,
    2 * backOffBaseMs,
    4 * backOffBaseMs,
  ]);
  expect(pause(19, 1)).toBe(backOffMaxMs);
  expect(pause(3, 0)).toBe(0);
});

test('never comes back before Retry-After, and gives up at once on one that is too long', () => {
  const pause = (seconds: number, random: number) =>
    judgeRetry(attempt(['FN_007', 429, seconds], { random }));
  expect(pause(2, 0)).toBe(2000);
  expect(pause(2, 1)).toBe(2000 + backOffBaseMs);
  expect(pause(retryAfterSecondsMax, 0)).toBe(retryAfterSecondsMax * 1000);
  expect(pause(retryAfterSecondsMax + 1, 0)).toBeUndefined();
});
