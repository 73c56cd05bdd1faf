import { expect, test } from 'vitest';
import { nextRun, runsAt } from './cron.ts';
import { createFunctionSchema } from './function.ts';
import { cronLengthMax, cronsMax } from './limits.ts';

const friday = new Date('2026-11-27T22:00:30Z');

test.each([
  ['* * * * *', '2026-11-27T22:01:00.000Z'],
  ['*/5 * * * *', '2026-11-27T22:05:00.000Z'],
  ['5/15 * * * *', '2026-11-27T22:05:00.000Z'],
  // As at Cloudflare: 1 is Sunday, 7 is Saturday.
  ['0 0 * * 1', '2026-11-29T00:00:00.000Z'],
  ['0 0 * * 7', '2026-11-28T00:00:00.000Z'],
  ['10 7 * * MON-FRI', '2026-11-30T07:10:00.000Z'],
  ['0 0 * JAN,feb *', '2027-01-01T00:00:00.000Z'],
  ['59 23 LW * *', '2026-11-30T23:59:00.000Z'],
  ['0 0 L * *', '2026-11-30T00:00:00.000Z'],
  ['0 18 * * 6L', '2026-12-25T18:00:00.000Z'],
  ['0 0 15W * *', '2026-12-15T00:00:00.000Z'],
  ['0 0 * * 2#1', '2026-12-07T00:00:00.000Z'],
  // Either of day and day of the week will do.
  ['0 0 1 * 2', '2026-11-30T00:00:00.000Z'],
])('%s is next due at %s', (cron, next) => {
  expect(nextRun(cron, friday)?.toISOString()).toBe(next);
});

test('a schedule runs at its minute, and at no other', () => {
  expect(runsAt('5 22 * * *', new Date('2026-11-27T22:05:00Z'))).toBe(true);
  expect(runsAt('5 22 * * *', new Date('2026-11-27T22:06:00Z'))).toBe(false);
});

test('a stored text that is no schedule has no runs', () => {
  expect(nextRun('soon', friday)).toBeNull();
  expect(runsAt('soon', friday)).toBe(false);
});

const faultOf = (...crons: string[]): string =>
  createFunctionSchema
    .safeParse({ name: 'a', crons })
    .error?.issues.map(({ message }) => message)
    .join() ?? '';

test.each([
  ['* * * * * *', 'requires exactly 5 parts'],
  ['60 * * * *', 'Invalid value for minute'],
  ['0 0 * * 0', 'Invalid value for dayOfWeek'],
  ['0 0 30 2 *', 'it has no run on any date'],
  ['@hourly', 'nicknames and "?" are not taken'],
  ['0 0 ? * *', 'nicknames and "?" are not taken'],
  ['0 0 L-3 * *', 'L has to be a value of its own'],
  ['soon', 'five'],
])('%s is refused by its value: %s', (cron, why) => {
  expect(faultOf(cron)).toContain(`is "${cron}", which is no schedule`);
  expect(faultOf(cron)).toContain(why);
});

test('a schedule may be as long as it may be, and not one character longer', () => {
  const padded = (length: number): string => '0 0 * * 1'.padEnd(length, ' ');
  expect(faultOf(padded(cronLengthMax))).toBe('');
  expect(faultOf(padded(cronLengthMax + 1))).not.toBe('');
});

test('a function has as many schedules as it may, not one more, and none twice', () => {
  const crons = (count: number): string[] => Array.from({ length: count }, (_, at) => `${at} 0 * * *`);
  expect(faultOf(...crons(cronsMax))).toBe('');
  expect(faultOf(...crons(cronsMax + 1))).not.toBe('');
  expect(faultOf('0 0 * * *', '0 0 * * *')).toBe('names a schedule twice');
});
