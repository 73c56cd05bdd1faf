import { expect, test } from 'vitest';
import type { FunctionId, VersionId } from '../model/ids.ts';
import { dueSchedules, minuteOf } from './due-schedules.ts';

const version = 'a'.repeat(64) as VersionId;
const noon = Date.parse('2026-11-27T12:00:00Z');
const record = (id: string, crons: string[], more: object = {}) => ({
  ...{ id: id as FunctionId, crons, status: 'deployed' as const, activeVersion: version },
  ...more,
});

test('each schedule of each function that has a run at the minute is due', () => {
  const functions = [
    record('fn_1', ['* * * * *', '0 12 * * *', '1 12 * * *']),
    record('fn_2', []),
    record('fn_3', ['*/30 * * * *']),
  ];
  expect(dueSchedules(functions, noon)).toEqual([
    { functionId: 'fn_1', cron: '* * * * *' },
    { functionId: 'fn_1', cron: '0 12 * * *' },
    { functionId: 'fn_3', cron: '*/30 * * * *' },
  ]);
});

test('a function that is disabled, or never was live, has none; one that crashes has', () => {
  const functions = [
    record('fn_1', ['* * * * *'], { status: 'disabled' }),
    record('fn_2', ['* * * * *'], { status: 'draft', activeVersion: null }),
    record('fn_3', ['* * * * *'], { status: 'failed' }),
  ];
  expect(dueSchedules(functions, noon).map(({ functionId }) => functionId)).toEqual(['fn_3']);
});

test('a minute begins with its first millisecond', () => {
  expect(minuteOf(noon)).toBe(noon);
  expect(minuteOf(noon + 59_999)).toBe(noon);
  expect(minuteOf(noon + 60_000)).toBe(noon + 60_000);
});
