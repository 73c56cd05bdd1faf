import { extname } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extensionOf, readAnnouncement, readManifest, writeManifest } from './asset-manifest.ts';
import { assetBytesMax, assetFilesMax, assetPathBytesMax } from './limits.ts';

const hash = 'ab'.repeat(16);
const file = { hash, size: 3 };
const of = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`/${n}`, { hash: n.toString(16).padStart(32, '0'), size: 1 }]),
  );

test('takes files by their paths', () => {
  const files = readAnnouncement({ '/index.html': file, '/a/b c.txt': { hash: 'cd'.repeat(16), size: 0 } });
  expect([...files.keys()]).toEqual(['/index.html', '/a/b c.txt']);
});

test('takes as many files as a version may have, and not one more; of too many none is looked at', () => {
  expect(readAnnouncement(of(assetFilesMax)).size).toBe(assetFilesMax);
  expect(() => readAnnouncement(of(assetFilesMax + 1))).toThrow(`${assetFilesMax + 1} files are announced`);
  const wrong = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`../${n}`, null]));
  expect(() => readAnnouncement(wrong)).toThrow('100000 files are announced');
});

test('takes a file of the largest size, and not one byte more', () => {
  expect(readAnnouncement({ '/a': { hash, size: assetBytesMax } }).size).toBe(1);
  expect(() => readAnnouncement({ '/a': { hash, size: assetBytesMax + 1 } })).toThrow(
    `size of "/a": must be at most ${assetBytesMax} bytes`,
  );
});

test('takes the longest path, in bytes, and not one more', () => {
  const longest = `/${'é'.repeat((assetPathBytesMax - 2) / 2)}a`;
  expect(readAnnouncement({ [longest]: file }).size).toBe(1);
  expect(() => readAnnouncement({ [`${longest}b`]: file })).toThrow('must be at most 1024 bytes');
});

test.each([
  ['index.html', 'must begin with "/"'],
  ['', 'must begin with "/"'],
  ['/../secret', 'must not hold an empty segment, "." or ".."'],
  ['/a/../b', 'must not hold'],
  ['/a/./b', 'must not hold'],
  ['//host/a', 'must not hold an empty segment'],
  ['/a/', 'must not hold an empty segment'],
  ['/a\\b', 'must not hold control characters'],
  ['/a\0', 'must not hold control characters'],
  ['/a\nb', 'must not hold control characters'],
  ['/\ud800', 'holds half of a surrogate pair'],
])('refuses the path %j, which nobody could ask for', (path, why) => {
  expect(() => readAnnouncement({ [path]: file })).toThrow(why);
});

test('paths that differ in case, encoding or composition are files of their own', () => {
  const names = ['/A.txt', '/a.txt', '/%41.txt', '/caf\u00e9.txt', '/cafe\u0301.txt'];
  const given = Object.fromEntries(names.map((name, n) => [name, { hash: String(n).repeat(32), size: 1 }]));
  expect([...readAnnouncement(given).keys()]).toEqual(names);
});

test.each([
  [{ hash: 'AB'.repeat(16), size: 1 }, 'must be 32 hex digits'],
  [{ hash: '../../../../etc/passwd', size: 1 }, 'must be 32 hex digits'],
  [{ hash, size: -1 }, 'size of "/a"'],
  [{ hash, size: 1.5 }, 'size of "/a"'],
  [{ hash, size: 1, type: 'x' }, '"/a"'],
  [null, '"/a"'],
])('refuses %j as a file', (value, why) => {
  expect(() => readAnnouncement({ '/a': value })).toThrow(why);
});

test('refuses one hash for files that cannot have the same', () => {
  expect(() => readAnnouncement({ '/a.txt': file, '/b.js': file })).toThrow(
    'not the same size and extension',
  );
  expect(() => readAnnouncement({ '/a.txt': file, '/b.txt': { hash, size: 4 } })).toThrow(
    'not the same size',
  );
  expect(readAnnouncement({ '/a.txt': file, '/b.txt': file }).size).toBe(2);
});

test('an extension is what Node takes for one', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z.]{1,8}$/), (name) => {
      fc.pre(name !== '.' && name !== '..');
      expect(extensionOf(`/dir.x/${name}`)).toBe(extname(name).slice(1));
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('the same files are the same text in whatever order, and come back as they were', () => {
  const one = new Map([
    ['/b', { hash, size: 1, contentType: null }],
    ['/a.txt', { hash: 'cd'.repeat(16), size: 2, contentType: 'text/plain' }],
  ]);
  const other = new Map([...one].reverse());
  expect(writeManifest(one)).toBe(writeManifest(other));
  expect(readManifest(writeManifest(one))).toEqual(one);
});
