import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import type { FunctionRecord } from '../model/function.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import type { ListFunctions } from '../platform/platform.ts';
import type { Store } from './store.ts';

const full = functionRecord({
  description: 'says "hello", % and \\ included',
  labels: { file_path: 'api/hello.js' },
  failedBuildLogs: ['one', 'two'],
  scaling: {
    minInstances: 1,
    maxInstances: 4,
    targetConcurrency: 7,
    idleSeconds: 5,
    queueLength: 0,
    queueSeconds: 2,
  },
  public: true,
  dependencies: { hono: '^4.0.0' },
  routes: [{ pattern: 'api.example.com/*', methods: ['GET'] }, { pattern: '/users/*' }],
  compatibilityFlags: ['nodejs_compat'],
  status: 'deployed',
  activeVersion: 'a'.repeat(64) as VersionId,
});

test('gives back a function as it was inserted, by id and by name', async () => {
  const { functions } = await useStore();
  await functions.insert(full);
  expect(await functions.get(full.id)).toEqual(full);
  expect(await functions.getByName('default', 'hello')).toEqual(full);
  expect(await functions.all()).toEqual([full]);
  expect(await functions.count()).toBe(1);
});

test('has nothing under names and ids that were never inserted', async () => {
  const { functions } = await useStore();
  expect(await functions.get('fn_none' as FunctionId)).toBeUndefined();
  expect(await functions.getByName('default', 'none')).toBeUndefined();
});

test('refuses a second function of a name in a project, and takes it in another', async () => {
  const { functions, projects } = await useStore();
  await functions.insert(full);
  await expect(functions.insert(functionRecord())).rejects.toMatchObject({
    code: 'FN_006',
    details: { status: 409 },
    message:
      'name is "hello", and project "default" already has a function of that name: choose another name, or update or remove that function.',
  });
  await functions.insert(functionRecord({ project: 'shop' }));
  expect((await projects.all()).map(({ name }) => name)).toEqual(['default', 'shop']);
});

test('an update changes what it names and nothing else', async () => {
  const { functions } = await useStore();
  await functions.insert(full);
  const changes = { status: 'disabled', public: false, updatedAt: '2026-11-22T00:00:00.000Z' } as const;
  expect(await functions.update(full.id, changes)).toEqual({ ...full, ...changes });
  expect(await functions.get(full.id)).toEqual({ ...full, ...changes });
});

test('an update may take the live version away', async () => {
  const { functions } = await useStore();
  await functions.insert(full);
  const updated = await functions.update(full.id, { activeVersion: null, updatedAt: full.updatedAt });
  expect(updated.activeVersion).toBeNull();
});

test('an update refuses a name that is taken', async () => {
  const { functions } = await useStore();
  await functions.insert(full);
  await functions.insert(functionRecord({ name: 'other' }));
  await expect(functions.update(full.id, { name: 'other', updatedAt: full.updatedAt })).rejects.toMatchObject(
    { code: 'FN_006', details: { status: 409 } },
  );
});

test('an update of a function that is gone says so', async () => {
  const { functions } = await useStore();
  await expect(functions.update(full.id, { updatedAt: full.updatedAt })).rejects.toMatchObject({
    code: 'FN_001',
    message: expect.stringContaining(full.id),
  });
});

async function insertMany(store: Store, changes: readonly Partial<FunctionRecord>[]): Promise<void> {
  await store.transaction(async ({ functions }) => {
    for (const change of changes) await functions.insert(functionRecord(change));
  });
}

/** Names on each page. */
async function pages(store: Store, query: ListFunctions): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | null = null;
  do {
    const page = await store.functions.list({ ...query, cursor: cursor ?? query.cursor });
    found.push(page.items.map(({ name }) => name));
    cursor = page.cursor;
  } while (cursor !== null);
  return found;
}

test('pages through functions that were all created in the same millisecond, each once', async () => {
  const store = await useStore();
  await insertMany(
    store,
    Array.from({ length: 7 }, (_, index) => ({ name: `f${index}` })),
  );
  const found = await pages(store, { limit: 3 });
  expect(found.map((page) => page.length)).toEqual([3, 3, 1]);
  expect(found.flat().sort()).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6']);
});

test('the last page is not followed by an empty one', async () => {
  const store = await useStore();
  await insertMany(store, [{ name: 'a' }, { name: 'b' }]);
  expect((await store.functions.list({ limit: 2 })).cursor).toBeNull();
});

test('a function that is removed or added meanwhile does not shift the next page', async () => {
  const store = await useStore();
  await insertMany(
    store,
    ['a', 'b', 'c', 'd'].map((name, day) => ({ name, createdAt: `2026-11-0${day + 2}T00:00:00.000Z` })),
  );
  const first = await store.functions.list({ limit: 2 });
  await store.functions.remove(first.items[0]?.id as FunctionId);
  await store.functions.insert(functionRecord({ name: 'early', createdAt: '2026-11-01T00:00:00.000Z' }));
  const second = await store.functions.list({ limit: 2, cursor: first.cursor ?? undefined });
  expect(second.items.map(({ name }) => name)).toEqual(['c', 'd']);
});

test.each(['', 'nonsense', Buffer.from('["one"]').toString('base64url')])(
  'refuses the cursor "%s", which no page gave',
  async (cursor) => {
    const { functions } = await useStore();
    await expect(functions.list({ limit: 1, cursor })).rejects.toMatchObject({
      code: 'FN_006',
      message: expect.stringContaining(`cursor is "${cursor}"`),
    });
  },
);

test('filters by project, status and part of the name, together', async () => {
  const store = await useStore();
  await insertMany(store, [
    { name: 'cart-add', project: 'shop', status: 'deployed' },
    { name: 'cart-remove', project: 'shop' },
    { name: 'cart-add', status: 'deployed' },
    { name: 'pay', project: 'shop', status: 'deployed' },
  ]);
  expect(await pages(store, { limit: 10, project: 'shop', status: 'deployed', search: 'CART' })).toEqual([
    ['cart-add'],
  ]);
});

test('a search for LIKE wildcards finds only names that hold them', async () => {
  const store = await useStore();
  await insertMany(store, [{ name: 'a_b' }, { name: 'axb' }]);
  expect(await pages(store, { limit: 10, search: 'a_b' })).toEqual([['a_b']]);
  expect(await pages(store, { limit: 10, search: '%' })).toEqual([[]]);
  expect(await pages(store, { limit: 10, search: '\\' })).toEqual([[]]);
});

test('removing a function removes all that is its own, and nothing of another', async () => {
  const store = await useStore();
  const kept = functionRecord({ name: 'kept' });
  for (const record of [full, kept]) {
    await store.functions.insert(record);
    await store.env.set(record.id, { key: 'A', value: '1', secret: false, updatedAt: full.updatedAt });
    await store.invocationTimes.record(new Map([[record.id, { lastAt: full.updatedAt, count: 1 }]]));
  }
  expect(await store.functions.remove(full.id)).toBe(true);
  expect(await store.functions.remove(full.id)).toBe(false);
  expect(await store.env.list(full.id)).toEqual([]);
  expect([...(await store.invocationTimes.all()).keys()]).toEqual([kept.id]);
  expect(await store.env.list(kept.id)).toHaveLength(1);
});

test('a row that Selvedge did not write is named, not passed on', async () => {
  const stateDb = join(useTmpDir(), 'state.db');
  const { functions } = await useStore(stateDb);
  await functions.insert(full);
  const outside = new DatabaseSync(stateDb);
  outside.prepare("UPDATE functions SET scaling = '{'").run();
  outside.close();
  await expect(functions.get(full.id)).rejects.toMatchObject({
    code: 'SYS_001',
    message: expect.stringContaining(`The row "${full.id}" of table functions`),
  });
});
