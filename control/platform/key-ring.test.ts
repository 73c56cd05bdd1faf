import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { callerOf, OWNER_TOKEN, owner, useDrafts } from '../../test/support/use-drafts.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { actorOf, type CreateKey, type KeyRecord } from '../model/access.ts';
import { keysMax } from '../model/limits.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const wanted = (changes: Partial<CreateKey> = {}): CreateKey => ({
  ...{ name: 'ci', role: 'deployer', projects: ['shop'], expires_at: null },
  ...changes,
});
const page = { limit: 100 };

afterEach(() => void vi.useRealTimers());

/** Time that a test moves; promises go on as ever. */
function useClock(start: string): (ms: number) => void {
  vi.useFakeTimers({ now: new Date(start), toFake: ['Date'] });
  return (ms) => vi.setSystemTime(Date.now() + ms);
}

test('a key is known by its token, which is stored as its hash only', async () => {
  const stateDb = join(useTmpDir(), 'state.db');
  const { keys } = await useDrafts(stateDb);
  const { key, token } = await keys.create(owner, wanted());
  expect(keys.identify(token)).toEqual({ actor: actorOf(key), expired: false });
  expect(key.prefix).toBe(token.slice(0, 10));
  const db = new DatabaseSync(stateDb, { readOnly: true });
  const rows = JSON.stringify([
    db.prepare('select * from keys').all(),
    db.prepare('select * from audit').all(),
  ]);
  db.close();
  expect(rows).toContain(digest(token));
  expect(rows).not.toContain(token);
});

test('no part of a token, its hash, its id or a made-up token opens anything', async () => {
  const { keys } = await useDrafts();
  const { key, token } = await keys.create(owner, wanted());
  const forged = [
    ...[token.slice(0, -1), `${token}x`, token.toUpperCase(), ` ${token}`, key.prefix, key.hash, key.id],
    ...[`slv_${'a'.repeat(40)}`, '', 'owner', digest(OWNER_TOKEN)],
  ];
  expect(forged.filter((attempt) => keys.identify(attempt))).toEqual([]);
});

test('a revoked key opens nothing when revoking has resolved, and the fronts know before', async () => {
  const { keys, publishKeys } = await useDrafts();
  const { key, token } = await keys.create(owner, wanted());
  expect(Object.keys(keys.credentials())).toContain(digest(token));
  let atPublish: string[] = [];
  publishKeys.mockImplementationOnce(async () => {
    atPublish = Object.keys(keys.credentials());
  });
  await keys.revoke(owner, key.id);
  expect(atPublish).toEqual([digest(OWNER_TOKEN)]);
  expect(keys.identify(token)).toBeUndefined();
  await expect(keys.revoke(owner, key.id)).rejects.toMatchObject({ code: 'FN_001' });
});

test('two who revoke one key are one revocation in the audit log', async () => {
  const { keys, store } = await useDrafts();
  const { key } = await keys.create(owner, wanted());
  const outcomes = await Promise.allSettled([keys.revoke(owner, key.id), keys.revoke(owner, key.id)]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const { items } = await store.audit.list({ ...page, action: 'key.revoke' });
  expect(items).toMatchObject([
    { key: key.id, project: 'shop', changes: { role: { old: 'deployer' }, projects: { old: ['shop'] } } },
  ]);
});

test('a key is good until the millisecond before its end, and expired from it on', async () => {
  const pass = useClock('2026-11-21T12:00:00.000Z');
  const { keys } = await useDrafts();
  const { token } = await keys.create(owner, wanted({ expires_at: '2026-11-21T12:00:01.000Z' }));
  pass(999);
  expect(keys.identify(token)?.expired).toBe(false);
  pass(1);
  expect(keys.identify(token)?.expired).toBe(true);
});

test('an end that is now or past is refused', async () => {
  useClock('2026-11-21T12:00:00.000Z');
  const { keys } = await useDrafts();
  await expect(keys.create(owner, wanted({ expires_at: '2026-11-21T12:00:00.000Z' }))).rejects.toMatchObject({
    code: 'FN_006',
    message: expect.stringContaining('expires_at is 2026-11-21T12:00:00.000Z, which is past'),
  });
});

test('an owner with projects makes and sees keys of those projects only, and cannot widen itself', async () => {
  const { keys } = await useDrafts();
  const make = async (changes: Partial<CreateKey>): Promise<KeyRecord> =>
    (await keys.create(owner, wanted(changes))).key;
  const lead = callerOf(actorOf(await make({ name: 'lead', role: 'owner' })));
  const hidden = [
    await make({ name: 'all', projects: null }),
    await make({ name: 'both', projects: ['shop', 'blog'] }),
  ];
  for (const projects of [null, ['shop', 'blog'], ['blog']]) {
    await expect(keys.create(lead, wanted({ projects }))).rejects.toMatchObject({
      code: 'FN_009',
      message: expect.stringContaining('wider than itself'),
    });
  }
  const { key } = await keys.create(lead, wanted({ name: 'own' }));
  expect(
    keys
      .list(lead, page)
      .items.map(({ name }) => name)
      .toSorted(),
  ).toEqual(['lead', 'own']);
  expect(keys.list(owner, page).items).toHaveLength(4);
  for (const { id } of hidden) {
    expect(() => keys.get(lead, id)).toThrow(`There is no key "${id}"`);
    await expect(keys.revoke(lead, id)).rejects.toMatchObject({ code: 'FN_001' });
  }
  expect(keys.get(lead, key.id)).toBe(key);
});

test('pages of keys are whole and in the order in which they were made', async () => {
  const pass = useClock('2026-11-21T12:00:00.000Z');
  const { keys } = await useDrafts();
  const made: string[] = [];
  for (let at = 0; at < 5; at += 1) {
    made.push((await keys.create(owner, wanted({ name: `k${at}` }))).key.name);
    pass(1);
  }
  const listed: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, cursor: next } = keys.list(owner, { limit: 2, cursor });
    listed.push(...items.map(({ name }) => name));
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  expect(listed).toEqual(made);
});

test('fronts know the keys whose role may invoke, with their projects and their end', async () => {
  const { keys } = await useDrafts();
  const end = '2100-01-01T00:00:00.000Z';
  const tokens = new Map<string, string>();
  for (const role of ['owner', 'deployer', 'invoker', 'viewer'] as const) {
    const projects = role === 'invoker' ? ['shop'] : null;
    tokens.set(role, (await keys.create(owner, wanted({ role, projects, expires_at: end }))).token);
  }
  const expiresAt = Date.parse(end);
  const known = (role: string): string => digest(tokens.get(role) ?? '');
  expect(keys.credentials()).toEqual({
    [digest(OWNER_TOKEN)]: { role: 'owner', projects: null, expiresAt: null },
    [known('owner')]: { role: 'owner', projects: null, expiresAt },
    [known('deployer')]: { role: 'deployer', projects: null, expiresAt },
    [known('invoker')]: { role: 'invoker', projects: ['shop'], expiresAt },
  });
});

test('one key past the limit is refused, and one revoked makes room', async () => {
  const { keys, store } = await useDrafts();
  const { key } = await keys.create(owner, wanted());
  await store.transaction(async (tx) => {
    for (let at = 1; at < keysMax; at += 1) {
      await tx.keys.insert({ ...key, id: `key_${at}` as KeyRecord['id'], hash: digest(String(at)) });
    }
  });
  await expect(keys.create(owner, wanted())).rejects.toMatchObject({
    message: expect.stringContaining(`The platform has ${keysMax} keys`),
    details: { status: 409 },
  });
  await keys.revoke(owner, key.id);
  await expect(keys.create(owner, wanted())).resolves.toBeDefined();
});

test('when a key was last used is known to the minute, here and from the fronts, and is kept', async () => {
  const pass = useClock('2026-11-21T12:00:30.000Z');
  const stateDb = join(useTmpDir(), 'state.db');
  const { keys } = await useDrafts(stateDb);
  const here = await keys.create(owner, wanted({ name: 'here' }));
  pass(1);
  const there = await keys.create(owner, wanted({ name: 'there' }));
  expect(here.key.lastUsedAt).toBeNull();
  keys.identify(here.token);
  pass(60_000);
  keys.usedAtFront([there.key.hash, digest('of a key that was revoked meanwhile')]);
  expect(keys.get(owner, here.key.id).lastUsedAt).toBe('2026-11-21T12:00:00.000Z');
  await keys.flush();
  const next = await useDrafts(stateDb);
  expect(next.keys.list(owner, page).items.map(({ name, lastUsedAt }) => [name, lastUsedAt])).toEqual([
    ['here', '2026-11-21T12:00:00.000Z'],
    ['there', '2026-11-21T12:01:00.000Z'],
  ]);
  expect(next.keys.identify(here.token)?.actor.name).toBe('here');
});
