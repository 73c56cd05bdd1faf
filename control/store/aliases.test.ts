import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import type { VersionId } from '../model/ids.ts';

const at = '2026-11-27T00:00:00.000Z';
const v = (digit: string): VersionId => digit.repeat(64) as VersionId;

test('an alias is set, set again, listed by name and removed', async () => {
  const { functions, aliases } = await useStore();
  const { id } = functionRecord();
  await functions.insert(functionRecord({ id }));
  await aliases.set(id, { name: 'next', version: v('a'), updatedAt: at });
  await aliases.set(id, { name: 'canary', version: v('b'), updatedAt: at });
  await aliases.set(id, { name: 'next', version: v('c'), updatedAt: at });
  expect(await aliases.list(id)).toEqual([
    { name: 'canary', version: v('b'), updatedAt: at },
    { name: 'next', version: v('c'), updatedAt: at },
  ]);
  expect(await aliases.remove(id, 'canary')).toBe(true);
  expect(await aliases.remove(id, 'canary')).toBe(false);
  expect([...(await aliases.all())]).toEqual([[id, new Map([['next', v('c')]])]]);
});

test('aliases go with their function', async () => {
  const { functions, aliases } = await useStore();
  const { id } = functionRecord();
  await functions.insert(functionRecord({ id }));
  await aliases.set(id, { name: 'next', version: v('a'), updatedAt: at });
  await functions.remove(id);
  expect((await aliases.all()).size).toBe(0);
});
