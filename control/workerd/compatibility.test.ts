import { expect, test } from 'vitest';
import { checkCompatibilityFlags, instanceFlags } from './compatibility.ts';

test.each([
  ['2026-11-01', [], []],
  ['2026-08-04', [], []],
  ['2026-08-03', [], ['nodejs_compat']],
  ['2025-11-17', ['nodejs_als'], ['nodejs_als']],
  ['2025-11-16', ['nodejs_als'], ['nodejs_als', 'enable_ctx_exports']],
  ['2024-10-14', ['nodejs_als', 'enable_ctx_exports'], ['nodejs_als', 'enable_ctx_exports']],
  [
    '2024-10-13',
    ['nodejs_als'],
    ['nodejs_als', 'handle_cross_request_promise_resolution', 'enable_ctx_exports'],
  ],
  ['2022-01-01', [], ['handle_cross_request_promise_resolution', 'nodejs_compat', 'enable_ctx_exports']],
  ['2026-11-01', ['no_nodejs_compat'], ['no_nodejs_compat', 'nodejs_als']],
])('an instance of %s with %j runs with %j', (date, flags, expected) => {
  expect(instanceFlags(date, flags)).toEqual(expected);
});

test('a flag that would leave requests waiting for ever is refused', () => {
  expect(() => checkCompatibilityFlags(['no_handle_cross_request_promise_resolution'])).toThrow(
    /"no_handle_cross_request_promise_resolution", which would leave requests waiting.*remove it/,
  );
});
