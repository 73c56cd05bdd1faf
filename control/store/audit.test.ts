import { expect, test } from 'vitest';
import { useStore } from '../../test/support/use-store.ts';
import type { AuditEntry } from '../model/audit.ts';
import { auditDays } from '../model/limits.ts';
import { auditRetention } from './audit.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
const entry = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  time: now.toISOString(),
  actor: { id: 'owner', name: "the owner's token", role: 'owner' },
  action: 'function.update',
  project: 'shop',
  function: { id: 'fn_1', name: 'cart' },
  key: null,
  requestId: 'req-1',
  address: null,
  changes: { timeout: { old: 30, new: 60 } },
  refused: null,
  ...changes,
});
const refusal = entry({
  ...{ action: 'access.refuse', project: null, function: null, changes: {} },
  actor: { id: null, name: 'nobody', role: null },
  refused: { status: 401, operation: null, count: 9 },
});

test('gives back what was added, the newest first, page by page', async () => {
  const { audit } = await useStore();
  await audit.add(entry());
  await audit.add(refusal);
  const first = await audit.list({ limit: 1 });
  expect(first.items).toEqual([{ ...refusal, id: '2' }]);
  const second = await audit.list({ limit: 1, cursor: first.cursor ?? undefined });
  expect(second).toEqual({ items: [{ ...entry(), id: '1' }], cursor: null });
});

test('an entry that its transaction did not commit is not there', async () => {
  const store = await useStore();
  const work = store.transaction(async (tx) => {
    await tx.audit.add(entry());
    throw new Error('the change failed');
  });
  await expect(work).rejects.toThrow('the change failed');
  expect((await store.audit.list({ limit: 10 })).items).toEqual([]);
});

test('a long value is cut, and says how long it was', async () => {
  const { audit } = await useStore();
  const routes = Array.from({ length: 100 }, (_, at) => ({ pattern: `/${'x'.repeat(100)}/${at}` }));
  await audit.add(entry({ changes: { routes: { old: [], new: routes } } }));
  const [stored] = (await audit.list({ limit: 1 })).items;
  expect(stored?.changes.routes?.old).toEqual([]);
  expect(String(stored?.changes.routes?.new)).toMatch(/^\[\{"pattern":"\/x+.*… \(\d+ characters\)$/);
  expect(String(stored?.changes.routes?.new).length).toBeLessThan(2100);
});

test('an entry is kept until its last day is over', async () => {
  const { audit } = await useStore();
  await audit.add(entry());
  const days = (count: number): Date => new Date(now.getTime() + count * 24 * 3_600_000);
  expect(await audit.trim(days(auditDays))).toBe(0);
  expect(await audit.trim(new Date(days(auditDays).getTime() + 1))).toBe(1);
  // Numbers begin anew, and nothing is there to be confused with them.
  await audit.add(entry());
  expect((await audit.list({ limit: 10 })).items).toHaveLength(1);
});

test('one past the limit of each kind is forgotten, and no flood of refusals drives a change out', async () => {
  const store = await useStore();
  const retention = { ...auditRetention, changesMax: 3, refusalsMax: 5 };
  const add = async (times: number, what: AuditEntry): Promise<void> => {
    for (let at = 0; at < times; at += 1) await store.audit.add(what);
  };
  const left = async (): Promise<number[]> => {
    const { items } = await store.audit.list({ limit: 100 });
    const refusals = items.filter(({ action }) => action === 'access.refuse').length;
    return [items.length - refusals, refusals];
  };
  await add(1, entry());
  await add(6, refusal);
  expect(await store.audit.trim(now, retention)).toBe(1);
  expect(await left()).toEqual([1, 5]);
  await add(3, entry());
  expect(await store.audit.trim(now, retention)).toBe(1);
  expect(await left()).toEqual([3, 5]);
  expect((await store.audit.list({ limit: 100 })).items.map(({ id }) => id)).not.toContain('1');
});
