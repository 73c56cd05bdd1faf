import { expect, test } from 'vitest';
import type { VersionId } from '../model/ids.ts';
import { mainVersion } from './main-version.ts';
import { versionBefore } from './version-before.ts';

const shares = (all: Readonly<Record<string, number>>) =>
  Object.entries(all).map(([version, shareBp]) => ({ version: version as VersionId, shareBp }));

test('goes back to the version that was live before', () => {
  expect(versionBefore([shares({ b: 10_000 }), shares({ a: 10_000 })])).toBe('a');
});

test('the same version deployed again is passed over', () => {
  expect(versionBefore([shares({ b: 10_000 }), shares({ b: 10_000 }), shares({ a: 10_000 })])).toBe('a');
});

test('in the middle of a split everything goes back to the version that had it', () => {
  const history = [shares({ b: 5000, a: 5000 }), shares({ b: 1000, a: 9000 }), shares({ a: 10_000 })];
  expect(versionBefore(history)).toBe('a');
  expect(versionBefore([shares({ b: 10_000 }), ...history])).toBe('a');
});

test('a function that has had one version has nothing to go back to', () => {
  expect(versionBefore([shares({ a: 10_000 })])).toBeUndefined();
  expect(versionBefore([])).toBeUndefined();
});

test('the version with the largest share is the active one, and of equals the one that was', () => {
  expect(mainVersion(shares({ b: 100, a: 9900 }))).toBe('a');
  expect(mainVersion(shares({ b: 5000, a: 5000 }), 'a' as VersionId)).toBe('a');
  expect(mainVersion(shares({ b: 5000, a: 5000 }))).toBe('b');
});
