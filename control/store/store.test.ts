import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { MIGRATIONS } from './migrate.ts';
import { openStore } from './store.ts';

const useStateDb = (): string => join(useTmpDir(), 'state.db');

test('finds after reopening what was acknowledged before', async () => {
  const stateDb = useStateDb();
  const before = await useStore(stateDb);
  const record = functionRecord();
  await before.functions.insert(record);
  await before.close();
  const after = await useStore(stateDb);
  expect(await after.functions.all()).toEqual([record]);
});

test('the database and its log can be read by their owner only', async () => {
  const stateDb = useStateDb();
  const store = await useStore(stateDb);
  await store.functions.insert(functionRecord());
  expect([stateDb, `${stateDb}-wal`, `${stateDb}-shm`].map((file) => statSync(file).mode & 0o777)).toEqual([
    0o600, 0o600, 0o600,
  ]);
});

test('what was deleted is not left in the file', async () => {
  const stateDb = useStateDb();
  const store = await useStore(stateDb);
  const record = functionRecord();
  const value = 'this-was-deleted'.repeat(10);
  await store.functions.insert(record);
  await store.env.set(record.id, { key: 'A', value, secret: false, updatedAt: record.createdAt });
  await store.env.remove(record.id, 'A');
  await store.close();
  expect(readFileSync(stateDb).includes('this-was-deleted')).toBe(false);
});

test('a transaction that fails half-way leaves nothing behind', async () => {
  const store = await useStore();
  const failing = store.transaction(async ({ functions, projects }) => {
    await projects.ensure('shop', '2026-11-21T00:00:00.000Z');
    await functions.insert(functionRecord({ project: 'shop' }));
    await functions.insert(functionRecord({ project: 'shop' }));
  });
  await expect(failing).rejects.toMatchObject({ details: { status: 409 } });
  expect(await store.functions.count()).toBe(0);
  expect(await store.projects.get('shop')).toBeUndefined();
});

test('a transaction answers what its work answers, and sees its own writes', async () => {
  const store = await useStore();
  const count = await store.transaction(async ({ functions }) => {
    await functions.insert(functionRecord());
    return await functions.count();
  });
  expect(count).toBe(1);
});

test('others wait for a transaction and see all of it', async () => {
  const store = await useStore();
  let started = (): void => {};
  const begun = new Promise<void>((resolve) => {
    started = resolve;
  });
  const writing = store.transaction(async ({ functions }) => {
    await functions.insert(functionRecord({ name: 'one' }));
    started();
    await functions.insert(functionRecord({ name: 'two' }));
  });
  await begun;
  expect(await store.functions.count()).toBe(2);
  await writing;
});

test('refuses the store itself inside of a transaction, where it would wait for ever', async () => {
  const store = await useStore();
  await expect(store.transaction(() => store.functions.count())).rejects.toThrow(
    'the store was used inside of a transaction',
  );
  await expect(store.transaction(() => store.transaction(async () => 1))).rejects.toThrow('do not nest');
  expect(await store.functions.count()).toBe(0);
});

test('work that a transaction started may use the store once the transaction has ended', async () => {
  const store = await useStore();
  const { promise, resolve } = Promise.withResolvers<void>();
  let later: Promise<number> | undefined;
  await store.transaction(async () => {
    later = promise.then(() => store.functions.count());
  });
  resolve();
  expect(await later).toBe(0);
});

test('refuses a database of a newer Selvedge and leaves it untouched', async () => {
  const stateDb = useStateDb();
  await (await useStore(stateDb)).close();
  const outside = new DatabaseSync(stateDb);
  outside.exec("INSERT INTO kysely_migration VALUES ('9999-future', '2030-01-01T00:00:00.000Z')");
  await expect(openStore({ stateDb })).rejects.toMatchObject({
    code: 'SYS_001',
    message: `${stateDb} was written by a newer version of Selvedge (it has 9999-future, this version knows up to ${Object.keys(MIGRATIONS).at(-1)}): start that version or a newer one, or restore a backup from before the upgrade. Nothing was changed.`,
  });
  expect(outside.prepare('SELECT count(*) AS count FROM kysely_migration').get()?.count).toBe(
    Object.keys(MIGRATIONS).length + 1,
  );
  outside.close();
});

test('says that a file which is no database is damaged, and what to do', async () => {
  const stateDb = useStateDb();
  writeFileSync(stateDb, 'not a database, but long enough to have a header of one '.repeat(4));
  await expect(openStore({ stateDb })).rejects.toMatchObject({
    code: 'SYS_001',
    message: `${stateDb} is damaged, or is not a SQLite database: stop Selvedge and restore the file from a backup.`,
  });
});

test('names the path of a database that cannot be opened', async () => {
  const stateDb = join(useTmpDir(), 'none', 'state.db');
  await expect(openStore({ stateDb })).rejects.toThrow(stateDb);
});
