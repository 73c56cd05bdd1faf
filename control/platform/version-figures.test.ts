import { expect, test } from 'vitest';
import { noFigures } from '../plan/judge-guard.ts';
import type { VersionCount } from './request-counts.ts';
import { VersionFigures } from './version-figures.ts';

const count = (version: string, answered: number, faults = 0): VersionCount => ({
  ...{ function: 'fn_1', version, requests: answered, failed: faults, faults, answered },
  histogram: [0, answered],
});

test('sums what is counted of the versions of a window, and nothing else', () => {
  const figures = new VersionFigures();
  figures.counted([count('a', 5)]);
  figures.begin('fn_1', ['a', 'b']);
  figures.counted([count('a', 3, 1), count('c', 9), { ...count('a', 9), function: 'fn_2' }]);
  figures.counted([count('a', 2)]);
  expect(figures.of('fn_1', 'a')).toEqual({ answered: 5, failed: 1, histogram: [0, 5] });
  expect(figures.of('fn_1', 'b')).toEqual(noFigures);
  expect(figures.of('fn_1', 'c')).toEqual(noFigures);
});

test('a window that begins anew has forgotten, and one that has ended counts nothing', () => {
  const figures = new VersionFigures();
  figures.begin('fn_1', ['a']);
  figures.counted([count('a', 3)]);
  figures.begin('fn_1', ['a']);
  expect(figures.of('fn_1', 'a')).toEqual(noFigures);
  figures.end('fn_1');
  figures.counted([count('a', 3)]);
  expect(figures.of('fn_1', 'a')).toEqual(noFigures);
});
