import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';

test('keeps the newest time and the highest count of each function, and passes over those that are gone', async () => {
  const { functions, invocationTimes } = await useStore();
  const known = functionRecord();
  const gone = functionRecord({ name: 'gone' });
  await functions.insert(known);
  const record = (second: number, count: number): Promise<void> => {
    const tally = { lastAt: `2026-11-21T00:00:0${second}.000Z`, count };
    return invocationTimes.record(
      new Map([
        [gone.id, tally],
        [known.id, tally],
      ]),
    );
  };
  await record(2, 20);
  await record(1, 10);
  expect(await invocationTimes.all()).toEqual(
    new Map([[known.id, { lastAt: '2026-11-21T00:00:02.000Z', count: 20 }]]),
  );
  await record(3, 30);
  expect((await invocationTimes.all()).get(known.id)).toEqual({
    lastAt: '2026-11-21T00:00:03.000Z',
    count: 30,
  });
});

test('takes part in a transaction', async () => {
  const store = await useStore();
  const record = functionRecord();
  await store.transaction(async ({ functions, invocationTimes }) => {
    await functions.insert(record);
    await invocationTimes.record(new Map([[record.id, { lastAt: record.createdAt, count: 1 }]]));
  });
  expect((await store.invocationTimes.all()).size).toBe(1);
});
