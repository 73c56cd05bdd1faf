import { expect, test } from 'vitest';
import { instanceFlags } from './compatibility.ts';

test.each([
  ['2026-11-01', [], []],
  ['2026-08-04', [], []],
  ['2026-08-03', [], ['nodejs_compat']],
  ['2022-01-01', ['nodejs_als'], ['nodejs_als']],
  ['2022-01-01', ['nodejs_compat'], ['nodejs_compat']],
  ['2026-11-01', ['no_nodejs_compat'], ['no_nodejs_compat', 'nodejs_als']],
])('an instance of %s with %j runs with %j', (date, flags, expected) => {
  expect(instanceFlags(date, flags)).toEqual(expected);
});
