// Goal: what is outside of a caller's projects is as if it were not there, and every change is in the audit log.
// Method: the platform over a real store, with functions that are never deployed.

import { expect, test } from 'vitest';
import { callerOf, owner, useDrafts } from '../../test/support/use-drafts.ts';
import { type Actor, actorOf } from '../model/access.ts';

const aDeployer: Actor = {
  ...{ id: 'key_1', name: 'ci', role: 'deployer', projects: ['shop'], expiresAt: null },
};
const deployer = callerOf(aDeployer);
const page = { limit: 100 };

async function useTwoProjects() {
  const drafts = await useDrafts();
  const cart = await drafts.create(owner, 'shop', 'cart');
  const post = await drafts.create(owner, 'blog', 'post');
  return { ...drafts, cartId: cart.view.record.id, postId: post.view.record.id };
}

test('a list has the functions of the projects in scope, and no other whatever is asked for', async () => {
  const { platform } = await useTwoProjects();
  const names = async (query: object): Promise<string[]> =>
    (await platform.listFunctions(deployer, { ...page, ...query })).items.map(({ record }) => record.name);
  expect(await names({})).toEqual(['cart']);
  expect(await names({ project: 'shop' })).toEqual(['cart']);
  expect(await names({ project: 'blog' })).toEqual([]);
  expect(await names({ search: 'o' })).toEqual([]);
  expect((await platform.listFunctions(owner, page)).items).toHaveLength(2);
});

test('pages of a list in scope neither skip nor repeat for what is hidden between', async () => {
  const { platform, create } = await useTwoProjects();
  for (const name of ['a', 'b', 'c']) {
    await create(owner, 'blog', name);
    await create(owner, 'shop', name);
  }
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, cursor: next } = await platform.listFunctions(deployer, { limit: 1, cursor });
    names.push(...items.map(({ record }) => record.name));
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  expect(names.toSorted()).toEqual(['a', 'b', 'c', 'cart']);
});

test('a function outside of scope is told in the words of one that is not there', async () => {
  const { platform, postId } = await useTwoProjects();
  const env = { key: 'A', value: '1', secret: false };
  const said = async (idOrName: string): Promise<string[]> => {
    const ref = { idOrName, project: 'blog' };
    const tries: (() => Promise<unknown>)[] = [
      () => platform.getFunction(deployer, ref),
      () => platform.getCode(deployer, ref),
      () => platform.updateFunction(deployer, ref, { timeout: 1 }),
      () => platform.deleteFunction(deployer, ref),
      () => platform.deploy(deployer, ref),
      () => platform.rollback(deployer, ref),
      () => platform.listEnv(deployer, ref),
      () => platform.setEnv(deployer, ref, env),
      () => platform.deleteEnv(deployer, ref, 'A'),
      () => platform.listVersions(deployer, ref, page),
      () => platform.getVersion(deployer, ref, 'abababab'),
      () => platform.getVersionConfig(deployer, ref, 'abababab'),
      () => platform.listDeployments(deployer, ref, page),
      () => platform.logs(deployer, ref, page),
      async () => platform.followLogs(deployer, ref, page, new AbortController().signal),
    ];
    return Promise.all(
      tries.map((attempt) =>
        new Promise((resolve) => resolve(attempt())).then(
          () => 'it was let in',
          (error: Error) => error.message.replaceAll(idOrName, '…'),
        ),
      ),
    );
  };
  const missing = await said('nothing');
  expect(new Set(missing).size).toBe(1);
  expect(missing[0]).toContain('There is no function "…" in project "blog"');
  expect(await said('post')).toEqual(missing);
  expect(await said(postId)).toEqual(missing);
});

test('a key makes functions in its projects only, and is told which they are', async () => {
  const { create } = await useDrafts();
  expect((await create(deployer, 'shop', 'cart')).view.record.project).toBe('shop');
  await expect(create(deployer, 'default', 'cart')).rejects.toMatchObject({
    code: 'FN_009',
    message:
      'project is "default", and the key "ci" is for shop only: name one of its projects, as in {"project": "shop"}.',
  });
});

test('a key with projects takes over no host of another, and may keep what an owner has given', async () => {
  const { platform, create } = await useTwoProjects();
  const routed = (pattern: string): object => ({ routes: [{ pattern }] });
  const update = (by: typeof owner, name: string, project: string, pattern: string): Promise<unknown> =>
    platform.updateFunction(by, { idOrName: name, project }, routed(pattern));
  await update(owner, 'post', 'blog', 'blog.example/*');
  for (const pattern of ['/*', 'post.blog.localhost/*', 'blog.example/cart']) {
    await expect(update(deployer, 'cart', 'shop', pattern)).rejects.toMatchObject({
      code: 'FN_009',
      message: expect.stringContaining(`routes has "${pattern}", which takes requests of other projects`),
    });
  }
  await update(deployer, 'cart', 'shop', 'shop.example/*');
  await update(owner, 'cart', 'shop', '/*');
  await platform.updateFunction(
    deployer,
    { idOrName: 'cart', project: 'shop' },
    { ...routed('/*'), timeout: 9 },
  );
  expect((await create(deployer, 'shop', 'card')).view.record.routes).toEqual([]);
});

test('each change has its entry, with who made it and what differs, and without any value of a variable', async () => {
  const { platform, create, store } = await useDrafts();
  const { id } = (await create(deployer, 'shop', 'cart')).view.record;
  const ref = { idOrName: id };
  await platform.updateFunction(deployer, ref, {
    timeout: 60,
    public: true,
    environment: { PLAIN: 'plain-value' },
  });
  await platform.setEnv(owner, ref, { key: 'TOKEN', value: 'secret-value', secret: true });
  await platform.deleteEnv(owner, ref, 'PLAIN');
  await platform.deleteFunction(owner, ref);
  const { items } = await store.audit.list(page);
  expect(items.map(({ action, actor, changes }) => [action, actor.id, changes]).slice(0, 4)).toEqual([
    ['function.delete', 'owner', {}],
    ['env.delete', 'owner', { 'env.PLAIN': { old: 'plain', new: null } }],
    ['env.set', 'owner', { 'env.TOKEN': { old: null, new: 'secret' } }],
    [
      'function.update',
      'key_1',
      {
        timeout: { old: 30, new: 60 },
        public: { old: false, new: true },
        'env.PLAIN': { old: null, new: 'plain' },
      },
    ],
  ]);
  expect(items.at(-1)).toMatchObject({
    action: 'function.create',
    actor: { id: 'key_1', name: 'ci', role: 'deployer' },
    ...{ project: 'shop', function: { id, name: 'cart' }, requestId: 'req-1', address: '192.0.2.1' },
    changes: { name: { new: 'cart' }, timeout: { new: 30 } },
  });
  expect(JSON.stringify(items)).not.toMatch(/secret-value|plain-value/);
});

test('a change that is refused has no entry, and an entry that cannot be stored undoes its change', async () => {
  const { platform, create, store } = await useDrafts();
  const { id } = (await create(owner, 'shop', 'cart')).view.record;
  await create(owner, 'shop', 'card');
  await expect(platform.updateFunction(owner, { idOrName: id }, { name: 'card' })).rejects.toMatchObject({
    details: { status: 409 },
  });
  const caller = { ...owner, requestId: null as unknown as string };
  await expect(platform.updateFunction(caller, { idOrName: id }, { timeout: 5 })).rejects.toThrow();
  expect((await store.functions.get(id))?.timeout).toBe(30);
  expect((await store.audit.list(page)).items.map(({ action }) => action)).toEqual([
    'function.create',
    'function.create',
  ]);
});

test('the audit log shows an owner with projects what is theirs: those projects, and what they did', async () => {
  const { platform, create } = await useTwoProjects();
  const lead = callerOf({ ...aDeployer, id: 'key_2', name: 'lead', role: 'owner' });
  await platform.createKey(lead, { name: 'ci', role: 'deployer', projects: ['shop'], expires_at: null });
  await create(deployer, 'shop', 'card');
  const seen = async (by = lead, filter = {}): Promise<string[]> =>
    (await platform.audit(by, { ...page, ...filter })).items.map(
      ({ action, function: named }) => `${action} ${named?.name ?? ''}`,
    );
  expect(await seen()).toEqual(['function.create card', 'key.create ', 'function.create cart']);
  expect(await seen(lead, { project: 'blog' })).toEqual([]);
  expect(await seen(owner)).toHaveLength(4);
  expect(await seen(owner, { actor: 'ci' })).toEqual(['function.create card']);
  expect(await seen(owner, { actor: 'owner', project: 'blog' })).toEqual(['function.create post']);
  expect(await seen(owner, { function: 'cart', action: 'function.create' })).toEqual([
    'function.create cart',
  ]);
  expect(await seen(owner, { since: '2100-01-01T00:00:00.000Z' })).toEqual([]);
  expect(await seen(owner, { until: '2100-01-01T00:00:00.000Z', limit: 2 })).toHaveLength(2);
});

test('a log that is followed ends with the next line once the key is revoked, and does not show it', async () => {
  const { platform, create, logs } = await useDrafts();
  const { record } = (await create(owner, 'shop', 'cart')).view;
  const { key } = await platform.createKey(owner, {
    ...{ name: 'eyes', role: 'viewer', projects: ['shop'], expires_at: null },
  });
  const viewer = callerOf(actorOf(key));
  const stream = platform.followLogs(viewer, { idOrName: record.id }, page, new AbortController().signal);
  const entries = stream[Symbol.asyncIterator]();
  const says = (message: string): void =>
    logs.insert([
      {
        ...{ functionId: record.id, kind: 'console', level: 'log', message },
        ...{ time: new Date().toISOString(), requestId: null, version: null },
      },
    ]);
  const first = entries.next();
  says('before');
  expect((await first).value.message).toBe('before');
  const second = entries.next();
  await platform.revokeKey(owner, key.id);
  says('after');
  await expect(second).rejects.toMatchObject({ code: 'FN_009', details: { status: 401 } });
});
