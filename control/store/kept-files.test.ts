import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';

const useStateDb = (): string => join(useTmpDir(), 'state.db');
const removed = (file: string): unknown =>
  expect.objectContaining({
    code: 'SYS_002',
    message: expect.stringContaining(`${file} was removed or replaced while Selvedge runs`),
  });

test.each(['', '-wal'])(
  'a write is refused once state.db%s is removed, and what was stored can be read',
  async (end) => {
    const stateDb = useStateDb();
    const store = await useStore(stateDb);
    const record = functionRecord();
    await store.functions.insert(record);
    rmSync(stateDb + end);
    await expect(store.functions.insert(functionRecord({ name: 'lost' }))).rejects.toEqual(
      removed(stateDb + end),
    );
    expect(await store.functions.all()).toEqual([record]);
  },
);

test('a transaction is refused before its work begins', async () => {
  const stateDb = useStateDb();
  const store = await useStore(stateDb);
  rmSync(stateDb);
  let begun = false;
  const work = async (): Promise<void> => {
    begun = true;
  };
  await expect(store.transaction(work)).rejects.toEqual(removed(stateDb));
  expect(begun).toBe(false);
});

test('another file in the place of the database is not taken for it', async () => {
  const stateDb = useStateDb();
  const store = await useStore(stateDb);
  renameSync(stateDb, `${stateDb}.old`);
  writeFileSync(stateDb, '');
  await expect(store.functions.insert(functionRecord())).rejects.toEqual(removed(stateDb));
});
