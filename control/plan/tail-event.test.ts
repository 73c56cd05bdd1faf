import { expect, test } from 'vitest';
import { exceptionOf, outcomeOf, tailEvent } from './tail-event.ts';

const record = {
  ...{ seq: 1, requestId: 'r', function: 'fn_1', version: 'v1', at: 5, method: 'GET', path: '/a' },
  ...{ status: 200, durationMs: 1.6, coldStart: false },
};
const nothing = { logs: [], exceptions: [], truncated: false };

test.each([
  [200, undefined, 'ok'],
  [500, undefined, 'ok'],
  [499, undefined, 'canceled'],
  [500, 'FN_004', 'exception'],
  [504, 'FN_002', 'exceededCpu'],
  [503, 'FN_003', 'exceededMemory'],
  [503, 'FN_008', 'unknown'],
  [429, 'FN_007', 'unknown'],
])('status %i with error %s is the outcome %s', (status, error, outcome) => {
  expect(outcomeOf({ status, ...(error !== undefined && { error }) })).toBe(outcome);
});

test('an invocation has its request, and logs and exceptions also if it has none', () => {
  const seen = { url: 'http://cart.localhost/a?b', headers: { accept: '*/*' } };
  expect(tailEvent('cart', { ...record, seen }, nothing, undefined)).toEqual({
    ...{ outcome: 'ok', scriptName: 'cart', scriptVersion: { id: 'v1' }, exceptions: [], logs: [] },
    ...{ eventTimestamp: 5, wallTime: 2, truncated: false },
    event: {
      request: { url: 'http://cart.localhost/a?b', method: 'GET', headers: { accept: '*/*' }, cf: {} },
      response: { status: 200 },
    },
  });
});

test('a schedule’s has the schedule in place of a request', () => {
  const scheduled = { cron: '* * * * *', scheduledTime: 60_000 };
  expect(tailEvent('cart', record, nothing, scheduled).event).toEqual(scheduled);
});

test.each([
  ['TypeError: x is no function', 'at x', 'TypeError', 'x is no function'],
  ['Error: a: b\n  more', 'at x', 'Error', 'a: b'],
  ['x is no function', 'TypeError: x is no function\n    at x', 'TypeError', 'x is no function'],
  ['something went wrong', 'at x', 'Error', 'something went wrong'],
])('the exception "%s" with the stack "%s" is a %s', (said, stack, name, message) => {
  expect(exceptionOf(said, stack, 1)).toEqual({ name, message, stack, timestamp: 1 });
});
