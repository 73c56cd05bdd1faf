import { expect, test, vi } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import { type Caller, OWNER } from '../model/access.ts';
import { createApiKeySchema } from '../model/api-key.ts';
import { apiKeysMax } from '../model/limits.ts';
import { Catalog } from './catalog.ts';
import { ChangeQueue } from './change-queue.ts';
import { VisitorKeys } from './visitor-keys.ts';

const owner: Caller = { actor: OWNER, requestId: 'r', address: null };
const ofBlog: Caller = { ...owner, actor: { ...OWNER, id: 'key_x', name: 'blog', projects: ['blog'] } };

async function useKeys() {
  const store = await useStore();
  const publish = vi.fn(async () => undefined);
  const catalog = new Catalog();
  const record = functionRecord({ name: 'hello' });
  catalog.set({ record, deployment: undefined, versions: [], aliases: new Map() });
  const queue = new ChangeQueue(catalog);
  const keys = await VisitorKeys.read({ store, publish });
  const create = (input: object, by = owner) =>
    keys.create(by, createApiKeySchema.parse({ name: 'a', ...input }), queue);
  return { store, keys, publish, record, create };
}

test('a key is stored by its digest, told to the fronts, and there again after a start', async () => {
  const { store, keys, publish, record, create } = await useKeys();
  const { key, token } = await create({ function: 'hello', scopes: ['read', 'read'] });
  expect(token).toMatch(/^svk_[0-9A-Za-z]{40}$/);
  const entry = { id: key.id, project: 'default', function: record.id, scopes: ['read'], expiresAt: null };
  expect(publish).toHaveBeenCalledWith({ [key.hash]: entry });
  expect(JSON.stringify(await store.apiKeys.all())).not.toContain(token);
  const next = await VisitorKeys.read({ store, publish });
  expect(next.entries()).toEqual({ [key.hash]: entry });
  expect(keys.entries()).toEqual(next.entries());
});

test('a revoked key is taken from the fronts, and revoking it again is refused', async () => {
  const { store, keys, publish, create } = await useKeys();
  const { key } = await create({});
  await keys.revoke(owner, key.id);
  expect(publish).toHaveBeenLastCalledWith({ [key.hash]: null });
  expect([await store.apiKeys.all(), keys.entries()]).toEqual([[], {}]);
  await expect(keys.revoke(owner, key.id)).rejects.toMatchObject({ code: 'FN_001' });
  const { items } = await store.audit.list({ limit: 10 } as never);
  expect(items.map(({ action }) => action)).toEqual(['api_key.revoke', 'api_key.create']);
});

test('keys of other projects are as if they were not there', async () => {
  const { keys, create } = await useKeys();
  const { key } = await create({});
  expect(keys.list(ofBlog, { limit: 10 }).items).toEqual([]);
  await expect(keys.revoke(ofBlog, key.id)).rejects.toMatchObject({ code: 'FN_001' });
  await expect(create({}, ofBlog)).rejects.toMatchObject({ code: 'FN_009' });
  await create({ project: 'blog' }, ofBlog);
  expect(keys.list(ofBlog, { limit: 10 }).items).toHaveLength(1);
});

test('a key for a function that is not there, or of another project, or that is over already, is refused', async () => {
  const { create } = await useKeys();
  await expect(create({ function: 'nothing' })).rejects.toMatchObject({ code: 'FN_001' });
  await expect(create({ expires_at: '2020-01-01T00:00:00Z' })).rejects.toThrow(/is past/);
});

test('keys that open a function alone go with it', async () => {
  const { store, keys, publish, record, create } = await useKeys();
  const { key } = await create({ function: 'hello' });
  await create({});
  await keys.functionDeleted(record.id);
  expect(publish).toHaveBeenLastCalledWith({ [key.hash]: null });
  expect(await store.apiKeys.count()).toBe(1);
});

test('keys of a project that is gone open nothing, nor does the next project of that name know them', async () => {
  const { store, keys, publish, create } = await useKeys();
  const { key } = await create({ project: 'shop' });
  await create({});
  await store.apiKeys.removeOfProject('shop');
  await keys.projectDeleted('shop');
  expect(publish).toHaveBeenLastCalledWith({ [key.hash]: null });
  expect([await store.apiKeys.count(), Object.keys(keys.entries()).length]).toEqual([1, 1]);
});

test('when a key was last used is stored to the minute', async () => {
  const { store, keys, create } = await useKeys();
  const { key } = await create({});
  keys.usedAtFront([key.hash, 'of nobody']);
  const [listed] = keys.list(owner, { limit: 1 }).items;
  expect(listed?.lastUsedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z$/);
  await keys.flush();
  expect((await store.apiKeys.all())[0]?.lastUsedAt).toBe(listed?.lastUsedAt);
});

test('lists page by page, the oldest first', async () => {
  const { keys, create } = await useKeys();
  const made = [];
  for (const name of ['a', 'b', 'c']) made.push((await create({ name })).key.id);
  const first = keys.list(owner, { limit: 2 });
  const rest = keys.list(owner, { limit: 2, cursor: String(first.cursor) });
  expect([...first.items, ...rest.items].map(({ id }) => id).sort()).toEqual([...made].sort());
  expect(rest.cursor).toBeNull();
});

test('one more than there may be is refused', async () => {
  const { store, create } = await useKeys();
  const transaction = store.transaction.bind(store);
  store.transaction = (work) =>
    transaction((tx) => {
      vi.spyOn(tx.apiKeys, 'count').mockResolvedValue(apiKeysMax);
      return work(tx);
    });
  await expect(create({})).rejects.toMatchObject({ code: 'FN_006', details: { status: 409 } });
});
