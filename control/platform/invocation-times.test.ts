import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import { InvocationTimes } from './invocation-times.ts';

test('counts go on where the control before left off', async () => {
  const store = await useStore();
  const { id } = functionRecord();
  await store.functions.insert(functionRecord({ id }));
  const before = new InvocationTimes(store);
  await before.load();
  expect(before.get(id)).toBeUndefined();
  before.saw(id, Date.parse('2026-11-21T00:00:02Z'));
  before.saw(id, Date.parse('2026-11-21T00:00:01Z'));
  before.counted(id, 2);
  expect(before.get(id)).toEqual({ lastAt: '2026-11-21T00:00:02.000Z', count: 2 });
  await before.flush();

  const after = new InvocationTimes(store);
  await after.load();
  after.saw(id, Date.parse('2026-11-21T00:00:03Z'));
  after.counted(id, 1);
  expect(after.get(id)).toEqual({ lastAt: '2026-11-21T00:00:03.000Z', count: 3 });
  await after.flush();
  expect((await store.invocationTimes.all()).get(id)?.count).toBe(3);
});
