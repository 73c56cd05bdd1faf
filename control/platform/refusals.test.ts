import { expect, test, vi } from 'vitest';
import { callerOf, useDrafts } from '../../test/support/use-drafts.ts';
import type { Actor } from '../model/access.ts';
import type { AuditRecord } from '../model/audit.ts';
import type { Refusal } from './platform.ts';
import { refusalKindsMax } from './refusals.ts';

const viewer: Actor = { id: 'key_1', name: 'eyes', role: 'viewer', projects: null, expiresAt: null };
const refusal = (changes: Partial<Refusal> = {}): Refusal => ({
  ...callerOf(viewer),
  ...{ status: 403, operation: 'updateFunction' },
  ...changes,
});
const counts = (items: readonly AuditRecord[]): unknown[] =>
  items.map(({ actor, address, refused }) => [actor.name, address, refused?.status, refused?.count]);

test('like refusals are one entry with their count and the last request, others are entries of their own', async () => {
  const { refusals, store } = await useDrafts();
  refusals.note(refusal({ requestId: 'first' }));
  refusals.note(refusal({ requestId: 'last' }));
  refusals.note(refusal({ actor: null, status: 401, operation: null, address: '192.0.2.9' }));
  await refusals.flush();
  const { items } = await store.audit.list({ limit: 100 });
  expect(counts(items)).toEqual([
    ['nobody', '192.0.2.9', 401, 1],
    ['eyes', '192.0.2.1', 403, 2],
  ]);
  expect(items[1]).toMatchObject({
    ...{ action: 'access.refuse', requestId: 'last', changes: {}, project: null },
    refused: { operation: 'updateFunction' },
  });
  await refusals.flush();
  expect((await store.audit.list({ limit: 100 })).items).toHaveLength(2);
});

test('one kind past the limit is counted with all others of its status', async () => {
  const { refusals, store } = await useDrafts();
  const nobody = (at: number): Refusal => refusal({ actor: null, status: 401, address: `192.0.2.${at}` });
  for (let at = 0; at < refusalKindsMax + 3; at += 1) refusals.note(nobody(at));
  refusals.note(nobody(0));
  await refusals.flush();
  const { items } = await store.audit.list({ limit: 1000 });
  expect(items).toHaveLength(refusalKindsMax + 1);
  expect(counts(items)).toContainEqual(['nobody', null, 401, 3]);
  expect(counts(items)).toContainEqual(['nobody', '192.0.2.0', 401, 2]);
});

test('what could not be stored is stored with the next', async () => {
  const { refusals, store } = await useDrafts();
  const transaction = vi.spyOn(store, 'transaction').mockRejectedValueOnce(new Error('no room'));
  refusals.note(refusal());
  await expect(refusals.flush()).rejects.toThrow('no room');
  refusals.note(refusal());
  await refusals.flush();
  transaction.mockRestore();
  expect(counts((await store.audit.list({ limit: 100 })).items)).toEqual([['eyes', '192.0.2.1', 403, 2]]);
});
