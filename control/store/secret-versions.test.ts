import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import { secretVersionsMax } from '../model/limits.ts';

const createdAt = '2026-11-21T00:00:00.000Z';
const value = `v1.${'A'.repeat(40)}`;
const ofName = (name: string, author = 'ada') => ({ name, value, author, createdAt });

test('values are numbered for each secret, and the newest of each is the current one', async () => {
  const { functions, secretVersions } = await useStore();
  const { id } = functionRecord();
  await functions.insert(functionRecord({ id }));
  expect(await secretVersions.add(id, ofName('A'))).toBe(1);
  expect(await secretVersions.add(id, ofName('B'))).toBe(1);
  expect(await secretVersions.add(id, ofName('A', 'bob'))).toBe(2);
  const told = { createdAt, deletedAt: null };
  expect(await secretVersions.current(id)).toEqual([
    { name: 'A', number: 2, author: 'bob', ...told },
    { name: 'B', number: 1, author: 'ada', ...told },
  ]);
  expect((await secretVersions.history(id, 'A')).map(({ number }) => number)).toEqual([2, 1]);
});

test('a secret that is gone keeps its history, and goes on counting when it comes back', async () => {
  const { functions, secretVersions } = await useStore();
  const { id } = functionRecord();
  await functions.insert(functionRecord({ id }));
  await secretVersions.add(id, ofName('A'));
  await secretVersions.add(id, ofName('A'));
  await secretVersions.end(id, 'A', createdAt);
  expect(await secretVersions.current(id)).toEqual([]);
  expect((await secretVersions.history(id, 'A')).map(({ deletedAt }) => deletedAt)).toEqual([
    createdAt,
    null,
  ]);
  expect(await secretVersions.add(id, ofName('A'))).toBe(3);
});

test('one value more than are kept drives the oldest out', async () => {
  const { functions, secretVersions } = await useStore();
  const { id } = functionRecord();
  await functions.insert(functionRecord({ id }));
  for (let number = 1; number <= secretVersionsMax + 1; number++) await secretVersions.add(id, ofName('A'));
  const numbers = (await secretVersions.history(id, 'A')).map(({ number }) => number);
  expect(numbers).toHaveLength(secretVersionsMax);
  expect([numbers[0], numbers.at(-1)]).toEqual([secretVersionsMax + 1, 2]);
});

test('the history goes with the function', async () => {
  const { functions, secretVersions } = await useStore();
  const { id } = functionRecord();
  await functions.insert(functionRecord({ id }));
  await secretVersions.add(id, ofName('A'));
  await functions.remove(id);
  expect(await secretVersions.history(id, 'A')).toEqual([]);
});
