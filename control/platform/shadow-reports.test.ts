import { expect, test } from 'vitest';
import type { ShadowReport } from '../../edge/contract/front-api.ts';
import { sumShadows } from '../plan/sum-shadows.ts';
import { ShadowReports } from './shadow-reports.ts';

const report = (compared: number, version = 'v1'): ShadowReport => ({
  ...{ function: 'fn', version },
  ...sumShadows([]),
  compared,
});

test("a front's newest report takes the place of its last, and those of all fronts add up", () => {
  const reports = new ShadowReports<string>();
  reports.take('a', [report(3)]);
  reports.take('a', [report(5)]);
  reports.take('b', [report(2)]);
  expect(reports.of('fn', 'v1').compared).toBe(7);
});

test('what a front had seen counts on when it has ended, once', () => {
  const reports = new ShadowReports<string>();
  reports.take('a', [report(5)]);
  reports.take('b', [report(2)]);
  reports.keep(new Set(['b']));
  reports.keep(new Set(['b']));
  reports.take('c', [report(1)]);
  expect(reports.of('fn', 'v1').compared).toBe(8);
});

test('another version begins anew, and of one that is not the shadow nothing is known', () => {
  const reports = new ShadowReports<string>();
  reports.take('a', [report(5)]);
  reports.keep(new Set());
  reports.take('b', [report(1, 'v2')]);
  expect([reports.of('fn', 'v1').compared, reports.of('fn', 'v2').compared]).toEqual([0, 1]);
  reports.forget('fn');
  expect(reports.of('fn', 'v2').compared).toBe(0);
  expect(reports.of('never', 'v1').samples).toEqual([]);
});
