import { expect, test } from 'vitest';
import { demoteAfterMs, judgeStretch, overdueGraceMs, starvedGraceMs } from './judge-stretch.ts';

const limits = { timeoutMs: 2000, cpuMs: null };
const judge = (
  wallMs: number,
  cpuMs: number,
  more: { overdue?: boolean; wasBusy?: boolean; limit?: number } = {},
) =>
  judgeStretch(
    { wallMs, cpuMs, overdue: more.overdue ?? false, wasBusy: more.wasBusy ?? false },
    { ...limits, cpuMs: more.limit ?? limits.cpuMs },
  );

test('waits at first, then demotes', () => {
  expect(judge(demoteAfterMs - 1, demoteAfterMs - 1)).toBe('wait');
  expect(judge(demoteAfterMs, demoteAfterMs)).toBe('demote');
});

test('ends a busy instance at its timeout, and not a millisecond before', () => {
  expect(judge(1999, 1999)).toBe('demote');
  expect(judge(2000, 2000)).toBe('time');
});

test('ends at cpu_ms where it is set, whatever the clock says', () => {
  expect(judge(60, 49, { limit: 50 })).toBe('wait');
  expect(judge(60, 50, { limit: 50 })).toBe('cpu');
});

test('an instance that may be starved is given longer', () => {
  expect(judge(2000, 10)).toBe('demote');
  expect(judge(2000 + starvedGraceMs, 10)).toBe('time');
});

test('one that was busy until it was demoted is not taken for starved: that it gets little is our doing', () => {
  expect(judge(1999, 100, { wasBusy: true })).toBe('demote');
  expect(judge(2000, 100, { wasBusy: true })).toBe('time');
});

test('one that overran its timeout and is silent is ended soon, busy or not', () => {
  expect(judge(overdueGraceMs - 1, 0, { overdue: true })).toBe('demote');
  expect(judge(overdueGraceMs, 0, { overdue: true })).toBe('time');
});
