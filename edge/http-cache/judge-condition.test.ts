// Conditions and ranges, against a stored response.

import { expect, test } from 'vitest';
import { isUnchanged, partOf } from './judge-condition.ts';
import { matchesVary, varyValues } from './match-vary.ts';
import { freshenedFields, storedFields } from './stored-fields.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const stored = [
  ['etag', '"one"'],
  ['last-modified', 'Sat, 28 Nov 2026 11:00:00 GMT'],
] as const;
const ask =
  (fields: Record<string, string>) =>
  (name: string): string | null =>
    fields[name] ?? null;

test.each<[Record<string, string>, boolean]>([
  [{ 'if-none-match': '"one"' }, true],
  [{ 'if-none-match': 'W/"one"' }, true],
  [{ 'if-none-match': '"two", "one"' }, true],
  [{ 'if-none-match': '*' }, true],
  [{ 'if-none-match': '"two"' }, false],
  [{ 'if-none-match': '"two"', 'if-modified-since': 'Sat, 28 Nov 2026 11:30:00 GMT' }, false],
  [{ 'if-modified-since': 'Sat, 28 Nov 2026 11:00:00 GMT' }, true],
  [{ 'if-modified-since': 'Saturday, 28-Nov-26 11:30:00 GMT' }, true],
  [{ 'if-modified-since': 'Sat Nov 28 11:30:00 2026' }, true],
  [{ 'if-modified-since': 'Sat, 28 Nov 2026 10:00:00 GMT' }, false],
  [{ 'if-modified-since': '2026-11-28T11:30:00Z' }, false],
  [{}, false],
])('%o is unchanged: %s', (fields, expected) => {
  expect(isUnchanged(stored, ask(fields), now)).toBe(expected);
});

test.each<[string, unknown]>([
  ['bytes=0-3', { first: 0, last: 3 }],
  ['bytes=4-', { first: 4, last: 9 }],
  ['bytes=-3', { first: 7, last: 9 }],
  ['bytes=-30', { first: 0, last: 9 }],
  ['bytes=8-30', { first: 8, last: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-4', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,3-4', undefined],
  ['items=0-1', undefined],
  ['bytes=a-b', undefined],
])('%s of ten bytes', (range, expected) => {
  expect(partOf(stored, 10, ask({ range }), now)).toEqual(expected);
});

test.each<[string, boolean]>([
  ['"one"', true],
  ['"two"', false],
  ['W/"one"', false],
  ['Sat, 28 Nov 2026 11:00:00 GMT', true],
  ['Sat, 28 Nov 2026 11:00:01 GMT', false],
])('If-Range: %s fits: %s', (condition, fits) => {
  const part = partOf(stored, 10, ask({ range: 'bytes=0-3', 'if-range': condition }), now);
  expect(part !== undefined).toBe(fits);
});

test('Vary matches what means the same, and tells absent from empty', () => {
  const values = varyValues(['accept-language', 'x-a'], ask({ 'accept-language': 'de, en', 'x-a': '1,2' }));
  expect(matchesVary(values, ask({ 'accept-language': 'EN ,de', 'x-a': '1, 2' }))).toBe(true);
  expect(matchesVary(values, ask({ 'accept-language': 'en', 'x-a': '1,2' }))).toBe(false);
  expect(matchesVary(values, ask({ 'accept-language': 'de, en', 'x-a': '2,1' }))).toBe(false);
  expect(matchesVary(varyValues(['x-a'], ask({})), ask({ 'x-a': '' }))).toBe(false);
});

test('fields of a connection, of a visitor, and of ours are not stored', () => {
  const fields = storedFields(
    [
      ['connection', 'x-hop'],
      ['x-hop', '1'],
      ['set-cookie', 'a=b'],
      ['keep-alive', '5'],
      ['cache-tag', 'a'],
      ['age', '4'],
      ['x-selvedge-cache', '{"hit":"fresh"}'],
      ['cache-control', 'no-cache="x-own"'],
      ['x-own', '1'],
      ['x-kept', '1'],
    ],
    now,
  );
  expect(fields).toEqual([
    ['cache-control', 'no-cache="x-own"'],
    ['x-kept', '1'],
    ['date', 'Sat, 28 Nov 2026 12:00:00 GMT'],
  ]);
});

test('a 304 changes fields, but not those of the body that is stored', () => {
  const before = [
    ['etag', '"one"'],
    ['content-encoding', 'gzip'],
    ['x-a', '1'],
    ['x-b', '1'],
  ] as const;
  const answer = [
    ['etag', '"two"'],
    ['content-encoding', 'br'],
    ['x-a', '2'],
    ['date', 'Sat, 28 Nov 2026 12:00:00 GMT'],
  ] as const;
  expect(freshenedFields(before, answer, now)).toEqual([
    ['etag', '"one"'],
    ['content-encoding', 'gzip'],
    ['x-b', '1'],
    ['x-a', '2'],
    ['date', 'Sat, 28 Nov 2026 12:00:00 GMT'],
  ]);
});
