import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import type { BundleHash } from '../model/ids.ts';
import { Bundles, hashBundle } from './bundles.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const HOUR_MS = 3_600_000;

interface Case {
  readonly directory: string;
  readonly bundles: Bundles;
  readonly bytes: Uint8Array;
  readonly hash: BundleHash;
  readonly path: string;
}

async function useBundle(): Promise<Case> {
  const directory = useTmpDir();
  const bundles = new Bundles({ bundles: directory });
  const bytes = bytesOf('{"format":1}');
  const hash = hashBundle(bytes);
  await bundles.put(hash, bytes);
  return { directory, bundles, bytes, hash, path: join(directory, hash.slice(0, 2), `${hash}.json`) };
}

const makeOld = (path: string): void => {
  const then = new Date(Date.now() - 2 * HOUR_MS);
  utimesSync(path, then, then);
};

test('gives back the bytes that were put', async () => {
  const { bundles, bytes, hash } = await useBundle();
  expect(Buffer.from(await bundles.get(hash)).equals(bytes)).toBe(true);
});

test('keeps a bundle in a folder named by its first two digits, for its owner only, and no leftovers', async () => {
  const { directory, hash, path } = await useBundle();
  expect(readdirSync(directory)).toEqual([hash.slice(0, 2)]);
  expect(readdirSync(join(directory, hash.slice(0, 2)))).toEqual([`${hash}.json`]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('leaves a bundle that is there alone', async () => {
  const { bundles, bytes, hash, path } = await useBundle();
  const before = statSync(path).ino;
  await bundles.put(hash, bytes);
  expect(statSync(path).ino).toBe(before);
});

test('replaces a file of the wrong size', async () => {
  const { bundles, bytes, hash, path } = await useBundle();
  writeFileSync(path, '{"for');
  await bundles.put(hash, bytes);
  expect(Buffer.from(await bundles.get(hash)).equals(bytes)).toBe(true);
});

test('replaces a file of the right size that has another content', async () => {
  const { bundles, bytes, hash, path } = await useBundle();
  writeFileSync(path, '{"format":2}');
  await bundles.put(hash, bytes);
  expect(Buffer.from(await bundles.get(hash)).equals(bytes)).toBe(true);
});

test('many may put the same bundle at once', async () => {
  const bundles = new Bundles({ bundles: useTmpDir() });
  const bytes = bytesOf('the same');
  const hash = hashBundle(bytes);
  await Promise.all(Array.from({ length: 20 }, () => bundles.put(hash, bytes)));
  expect(await bundles.list()).toEqual([hash]);
});

test('refuses bytes under another name than their own', async () => {
  const { bundles, hash } = await useBundle();
  await expect(bundles.put(hash, bytesOf('other'))).rejects.toThrow('named by the hash of its bytes');
});

test('refuses a hash that is a path', async () => {
  const { bundles } = await useBundle();
  await expect(bundles.get('../../etc/passwd' as BundleHash)).rejects.toThrow('did not match');
});

test('says that a damaged bundle is damaged, and what to do', async () => {
  const { bundles, hash, path } = await useBundle();
  writeFileSync(path, '{"format":2}');
  await expect(bundles.get(hash)).rejects.toMatchObject({
    code: 'SYS_004',
    message: expect.stringMatching(
      /is damaged, its SHA-256 is [0-9a-f]{64}: restore it .* or deploy the function/,
    ),
  });
});

test('says that a missing bundle is missing, and what to do', async () => {
  const { bundles, hash } = await useBundle();
  expect(await bundles.remove(hash)).toBe(true);
  expect(await bundles.remove(hash)).toBe(false);
  await expect(bundles.get(hash)).rejects.toMatchObject({
    code: 'SYS_004',
    message: expect.stringContaining('is missing: restore it'),
  });
});

test('garbage collection takes old bundles that nothing uses', async () => {
  const { bundles, hash, path } = await useBundle();
  makeOld(path);
  expect(await bundles.collectGarbage(new Set(), HOUR_MS)).toBe(1);
  expect(await bundles.list()).toEqual([]);
  await expect(bundles.get(hash)).rejects.toThrow('is missing');
});

test('garbage collection spares what is in use, and what is young', async () => {
  const { bundles, hash, path } = await useBundle();
  expect(await bundles.collectGarbage(new Set(), HOUR_MS)).toBe(0);
  makeOld(path);
  expect(await bundles.collectGarbage(new Set([hash]), HOUR_MS)).toBe(0);
  expect(await bundles.list()).toEqual([hash]);
});

test('putting an old bundle again shields it from garbage collection', async () => {
  const { bundles, bytes, hash, path } = await useBundle();
  makeOld(path);
  await bundles.put(hash, bytes);
  expect(await bundles.collectGarbage(new Set(), HOUR_MS)).toBe(0);
});

test('garbage collection takes what a write that died left behind, and no file of others', async () => {
  const { directory, bundles, hash } = await useBundle();
  mkdirSync(join(directory, 'ab'));
  const partial = join(directory, 'ab', `${hash}.json.0123456789ab.partial`);
  const foreign = join(directory, 'README');
  for (const file of [partial, foreign]) {
    writeFileSync(file, '');
    makeOld(file);
  }
  expect(await bundles.list()).toEqual([hash]);
  expect(await bundles.collectGarbage(new Set([hash]), HOUR_MS)).toBe(1);
  expect(readdirSync(join(directory, 'ab'))).toEqual([]);
  expect(statSync(foreign).isFile()).toBe(true);
});
