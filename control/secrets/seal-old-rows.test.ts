// A database as the version before wrote it, with secrets as they are, is opened by this one.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, test, vi } from 'vitest';
import { useStore } from '../../test/support/use-store.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import { MIGRATIONS } from '../store/migrate.ts';
import type { Schema } from '../store/schema.ts';
import { NodeSqliteDialect } from '../store/sqlite-dialect.ts';
import type { Store } from '../store/store.ts';
import { masterKeyText, newMasterKey } from './master-key.ts';
import { openVault } from './open-vault.ts';
import { sealOldRows } from './seal-old-rows.ts';
import type { Vault } from './vault.ts';

const OLD = 'an-old-secret-value-0123456789';
const DELETED = 'a-secret-that-was-deleted-before';
const id = 'fn_0123456789abcdefghij' as FunctionId;
const version = 'ab'.repeat(32) as VersionId;
const at = '2026-11-21T00:00:00.000Z';
const key = newMasterKey();

/** The file is still open: what is in the log in front of it has not gone into it. */
async function useOldDatabase(): Promise<string> {
  const path = join(useTmpDir(), 'state.db');
  const sqlite = new DatabaseSync(path);
  sqlite.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;');
  const db = new Kysely<Schema>({ dialect: new NodeSqliteDialect(sqlite, path) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  expect((await migrator.migrateTo('0006-versions')).error).toBeUndefined();
  const settings = {
    ...{ compatibilityDate: '2026-11-01', compatibilityFlags: [], memory: 128, egress: 'public' },
    env: [
      { key: 'PLAIN', value: 'a plain "secret":true value', secret: false },
      { key: 'TOKEN', value: OLD, secret: true },
    ],
  };
  sqlite.exec(`
    INSERT INTO projects (name, created_at) VALUES ('shop', '${at}');
    INSERT INTO functions (id, project, name, base, description, runtime, handler, convention, timeout, memory,
      concurrency, scaling, compatibility_date, public, dependencies, routes, compatibility_flags, status, created_at, updated_at)
    VALUES ('${id}', 'shop', 'cart', 'cart', '', 'nodejs24', 'index.handler', 'auto', 30, 128,
      100, '{"minInstances":0,"maxInstances":10,"idleSeconds":60,"queueLength":1000,"queueSeconds":10}',
      '2026-11-01', 0, '{}', '[]', '[]', 'deployed', '${at}', '${at}');
    INSERT INTO env (function_id, key, value, secret, updated_at) VALUES ('${id}', 'TOKEN', '${OLD}', 1, '${at}');
    INSERT INTO env (function_id, key, value, secret, updated_at) VALUES ('${id}', 'GONE', '${DELETED}', 1, '${at}');
    DELETE FROM env WHERE key = 'GONE';
  `);
  sqlite
    .prepare(
      'INSERT INTO versions (function_id, id, bundle, settings, convention, build_logs, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(id, version, 'cd'.repeat(32), JSON.stringify(settings), 'event', '[]', at);
  await db.destroy();
  return path;
}

async function openSealed(
  path: string,
): Promise<{ store: Store; vault: Vault; seal: () => Promise<number> }> {
  const store = await useStore(path);
  const source = { kind: 'environment', key: masterKeyText(key) } as const;
  const { vault } = await openVault({ store, source, previous: undefined });
  return { store, vault, seal: () => sealOldRows({ store, vault, clearConfigs }) };
}

const clearConfigs = vi.fn(async () => undefined);

function holders(path: string, text: string): string[] {
  const folder = dirname(path);
  return readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text));
}

test('an old database holds its secrets as they are, or this test shows nothing', async () => {
  const path = await useOldDatabase();
  expect(holders(path, OLD)).not.toEqual([]);
  expect(holders(path, DELETED)).not.toEqual([]);
});

test('its secrets are sealed, and no byte of its files tells them', async () => {
  const path = await useOldDatabase();
  const { store, vault, seal } = await openSealed(path);
  expect(await seal()).toBe(2);
  expect(holders(path, OLD)).toEqual([]);
  expect(holders(path, DELETED)).toEqual([]);
  const [token] = await store.env.list(id);
  expect(vault.open('shop', 'TOKEN', token?.value ?? '')).toBe(OLD);
  const kept = await store.versions.get(id, version);
  expect(kept?.settings.env[0]).toEqual({
    key: 'PLAIN',
    value: 'a plain "secret":true value',
    secret: false,
  });
  expect(vault.open('shop', 'TOKEN', kept?.settings.env[1]?.value ?? '')).toBe(OLD);
  expect(await store.secretVersions.current(id)).toEqual([
    { name: 'TOKEN', number: 1, author: 'not recorded', createdAt: at, deletedAt: null },
  ]);
  expect(await store.secretVersions.numberOf(id, 'TOKEN', kept?.settings.env[1]?.value ?? '')).toBe(1);
  expect(clearConfigs).toHaveBeenCalled();
});

test('done once, it is not done again', async () => {
  const path = await useOldDatabase();
  const first = await openSealed(path);
  await first.seal();
  const before = await first.store.env.list(id);
  clearConfigs.mockClear();
  expect(await first.seal()).toBe(0);
  await first.store.close();
  const second = await openSealed(path);
  expect(await second.seal()).toBe(0);
  expect(await second.store.env.list(id)).toEqual(before);
  expect(clearConfigs).not.toHaveBeenCalled();
});

test('a control that died behind the rows does the files at the next start', async () => {
  const path = await useOldDatabase();
  const first = await openSealed(path);
  clearConfigs.mockRejectedValueOnce(new Error('died'));
  await expect(first.seal()).rejects.toThrow('died');
  await first.store.close();
  const second = await openSealed(path);
  expect(await second.seal()).toBe(0);
  expect(holders(path, OLD)).toEqual([]);
});
