import { expect, test } from 'vitest';
import { time } from './logs.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

test.each([
  ['30s', '2026-11-21T11:59:30.000Z'],
  ['15m', '2026-11-21T11:45:00.000Z'],
  ['2h', '2026-11-21T10:00:00.000Z'],
  ['1d', '2026-11-20T12:00:00.000Z'],
  ['2026-11-21', '2026-11-21T00:00:00.000Z'],
  ['2026-11-21T12:00:00+02:00', '2026-11-21T10:00:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(time(text, undefined, now)).toBe(expected);
});

test.each(['noon', '3', '1w', '2026-13-41', '-1h', ''])('"%s" is no time', (text) => {
  expect(() => time(text, undefined, now)).toThrow('It must be a time such as');
});
