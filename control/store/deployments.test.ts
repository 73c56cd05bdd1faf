import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import type { DeploymentRecord } from '../model/function.ts';
import type { VersionId } from '../model/ids.ts';
import { noDetails } from '../model/version.ts';
import { newDeploymentId } from './new-id.ts';
import type { Store } from './store.ts';

const hello = functionRecord();
const other = functionRecord({ name: 'other' });

async function useFunctions(): Promise<Store> {
  const store = await useStore();
  await store.functions.insert(hello);
  await store.functions.insert(other);
  return store;
}

const deployment = (changes: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  id: newDeploymentId(),
  functionId: hello.id,
  versions: [
    { version: 'a'.repeat(64) as VersionId, shareBp: 9000 },
    { version: 'b'.repeat(64) as VersionId, shareBp: 1000 },
  ],
  details: noDetails,
  createdAt: '2026-11-21T00:00:00.000Z',
  ...changes,
});

test('the newest deployment is the last one inserted, although the clock went back', async () => {
  const { deployments } = await useFunctions();
  const first = deployment();
  const second = deployment({ createdAt: '2020-01-01T00:00:00.000Z' });
  await deployments.insert(first);
  await deployments.insert(second);
  expect(await deployments.newest(hello.id)).toEqual(second);
  expect(await deployments.newest(other.id)).toBeUndefined();
});

test('control starts from the newest deployment of each function', async () => {
  const { deployments } = await useFunctions();
  const inserted = [deployment(), deployment({ functionId: other.id }), deployment()];
  for (const record of inserted) await deployments.insert(record);
  const newest = await deployments.allNewest();
  expect(newest.map(({ id }) => id).sort()).toEqual([inserted[1]?.id, inserted[2]?.id].sort());
});

test('lists deployments newest first, page by page', async () => {
  const { deployments } = await useFunctions();
  const inserted = Array.from({ length: 12 }, () => deployment());
  for (const record of inserted) await deployments.insert(record);
  const first = await deployments.list(hello.id, { limit: 10 });
  const second = await deployments.list(hello.id, { limit: 10, cursor: first.cursor ?? undefined });
  expect([...first.items, ...second.items]).toEqual(inserted.toReversed());
  expect(second.cursor).toBeNull();
});
