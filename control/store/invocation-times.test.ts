import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';

test('keeps the newest time of each function, and passes over functions that are gone', async () => {
  const { functions, invocationTimes } = await useStore();
  const known = functionRecord();
  const gone = functionRecord({ name: 'gone' });
  await functions.insert(known);
  const record = (time: string): Promise<void> =>
    invocationTimes.record(
      new Map([
        [gone.id, time],
        [known.id, time],
      ]),
    );
  await record('2026-11-21T00:00:02.000Z');
  await record('2026-11-21T00:00:01.000Z');
  expect(await invocationTimes.get([known.id, gone.id])).toEqual(
    new Map([[known.id, '2026-11-21T00:00:02.000Z']]),
  );
  await record('2026-11-21T00:00:03.000Z');
  expect((await invocationTimes.get([known.id])).get(known.id)).toBe('2026-11-21T00:00:03.000Z');
});

test('takes part in a transaction', async () => {
  const store = await useStore();
  const record = functionRecord();
  await store.transaction(async ({ functions, invocationTimes }) => {
    await functions.insert(record);
    await invocationTimes.record(new Map([[record.id, record.createdAt]]));
  });
  expect((await store.invocationTimes.get([record.id])).size).toBe(1);
});
