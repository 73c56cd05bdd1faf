import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import type { EnvVariable } from '../model/function.ts';

const sealed = `v1.${'A'.repeat(40)}`;
const updatedAt = '2026-11-21T00:00:00.000Z';
const variable = (key: string, value: string, secret = false): EnvVariable => ({
  key,
  value,
  secret,
  updatedAt,
});

test('a variable is set, set again and removed', async () => {
  const { functions, env } = await useStore();
  const { id } = functionRecord();
  await functions.insert(functionRecord({ id }));
  await env.set(id, variable('B', 'old'));
  await env.set(id, variable('A', 'plain'));
  await env.set(id, variable('B', sealed, true));
  expect(await env.list(id)).toEqual([variable('A', 'plain'), variable('B', sealed, true)]);
  expect(await env.remove(id, 'A')).toBe(true);
  expect(await env.remove(id, 'A')).toBe(false);
  await env.clear(id);
  expect(await env.list(id)).toEqual([]);
});

test('gives the names of many functions at once, none for those without variables', async () => {
  const { functions, env } = await useStore();
  const [first, second, bare] = ['first', 'second', 'bare'].map((name) => functionRecord({ name })) as [
    ReturnType<typeof functionRecord>,
    ReturnType<typeof functionRecord>,
    ReturnType<typeof functionRecord>,
  ];
  for (const record of [first, second, bare]) await functions.insert(record);
  await env.set(first.id, variable('B', '1'));
  await env.set(first.id, variable('A', '1'));
  await env.set(second.id, variable('C', sealed, true));
  expect(await env.names([first.id, second.id, bare.id])).toEqual(
    new Map([
      [first.id, ['A', 'B']],
      [second.id, ['C']],
    ]),
  );
  expect(await env.names([])).toEqual(new Map());
});

test('a secret that is not sealed is not stored', async () => {
  const { functions, env } = await useStore();
  const record = functionRecord();
  await functions.insert(record);
  await expect(env.set(record.id, variable('A', 'as it is', true))).rejects.toThrow(
    'sealed before it is stored',
  );
  expect(await env.list(record.id)).toEqual([]);
});
