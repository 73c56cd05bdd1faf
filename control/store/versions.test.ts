import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import type { VersionRecord } from '../model/function.ts';
import type { BundleHash, FunctionId, VersionId } from '../model/ids.ts';
import { noAnnotations } from '../model/version.ts';
import type { Store } from './store.ts';

const hello = functionRecord();

async function useFunction(): Promise<Store> {
  const store = await useStore();
  await store.functions.insert(hello);
  return store;
}

/** A version whose id begins with `digits`. */
function version(digits: string, changes: Partial<VersionRecord> = {}): VersionRecord {
  return {
    id: digits.padEnd(64, '0') as VersionId,
    functionId: hello.id,
    bundle: 'b'.repeat(64) as BundleHash,
    settings: {
      compatibilityDate: '2026-11-01',
      compatibilityFlags: ['nodejs_compat'],
      memory: 128,
      concurrency: 100,
      waitUntilTimeout: 30,
      egress: 'public',
      bindings: [],
      assets: null,
      env: [{ key: 'TOKEN', value: `v1.${'A'.repeat(40)}`, secret: true }],
    },
    convention: 'module',
    buildLogs: ['auto chose module'],
    annotations: { ...noAnnotations, message: 'first' },
    signature: null,
    audit: null,
    createdAt: '2026-11-21T00:00:00.000Z',
    ...changes,
  };
}

test('gives back a version as it was put', async () => {
  const { versions } = await useFunction();
  expect(await versions.put(version('a1'))).toBe(true);
  expect(await versions.get(hello.id, version('a1').id)).toEqual(version('a1'));
  expect(await versions.get(hello.id, version('a2').id)).toBeUndefined();
});

test('the same version put again stays as it was', async () => {
  const { versions } = await useFunction();
  await versions.put(version('a1'));
  expect(await versions.put(version('a1', { buildLogs: ['again'] }))).toBe(false);
  expect((await versions.get(hello.id, version('a1').id))?.buildLogs).toEqual(['auto chose module']);
});

test('two functions may have the same version', async () => {
  const store = await useFunction();
  const other = functionRecord({ name: 'other' });
  await store.functions.insert(other);
  expect(await store.versions.put(version('a1'))).toBe(true);
  expect(await store.versions.put(version('a1', { functionId: other.id }))).toBe(true);
});

test('refuses a version of no function', async () => {
  const { versions } = await useFunction();
  await expect(versions.put(version('a1', { functionId: 'fn_none' as FunctionId }))).rejects.toThrow(
    'FOREIGN KEY',
  );
});

test('a prefix finds the one version that has it, or shows that several do', async () => {
  const { versions } = await useFunction();
  for (const digits of ['aaaaaaaa1', 'aaaaaaaa2', 'aaaaaaaaf', 'ffffffff'])
    await versions.put(version(digits));
  const found = async (prefix: string): Promise<number> =>
    (await versions.findByPrefix(hello.id, prefix)).length;
  expect(await found('aaaaaaaa1')).toBe(1);
  expect(await found('aaaaaaaaf')).toBe(1);
  expect(await found('ffffffff')).toBe(1);
  expect(await found('aaaaaaaa')).toBe(2);
  expect(await found('bbbbbbbb')).toBe(0);
  expect(await found(version('ffffffff').id)).toBe(1);
});

test('lists versions newest first, page by page', async () => {
  const { versions } = await useFunction();
  for (const day of [1, 2, 3]) {
    await versions.put(version(`a${day}`, { createdAt: `2026-11-0${day}T00:00:00.000Z` }));
  }
  const first = await versions.list(hello.id, { limit: 2 });
  const second = await versions.list(hello.id, { limit: 2, cursor: first.cursor ?? undefined });
  expect([first, second].map(({ items }) => items.map(({ id }) => id.slice(0, 2)))).toEqual([
    ['a3', 'a2'],
    ['a1'],
  ]);
  expect(second.cursor).toBeNull();
});

test('control starts from the newest versions of each function, up to a number', async () => {
  const store = await useFunction();
  const other = functionRecord({ name: 'other' });
  await store.functions.insert(other);
  for (const day of [1, 3, 2]) {
    await store.versions.put(version(`a${day}`, { createdAt: `2026-11-0${day}T00:00:00.000Z` }));
  }
  await store.versions.put(version('b1', { functionId: other.id }));
  expect(await store.versions.newestIds(2)).toEqual(
    new Map([
      [hello.id, [version('a3').id, version('a2').id]],
      [other.id, [version('b1').id]],
    ]),
  );
});

test('control starts from the live version of each function', async () => {
  const store = await useFunction();
  await store.versions.put(version('a1'));
  await store.versions.put(version('a2'));
  expect(await store.versions.allActive()).toEqual([]);
  await store.functions.update(hello.id, { activeVersion: version('a2').id, updatedAt: hello.updatedAt });
  expect(await store.versions.allActive()).toEqual([version('a2')]);
});

test('a bundle is in use while a version of any function has it', async () => {
  const store = await useFunction();
  await store.versions.put(version('a1'));
  await store.versions.put(version('a2', { bundle: 'c'.repeat(64) as BundleHash }));
  expect(await store.versions.bundlesInUse()).toEqual(new Set(['b'.repeat(64), 'c'.repeat(64)]));
  await store.functions.remove(hello.id);
  expect(await store.versions.bundlesInUse()).toEqual(new Set());
});
