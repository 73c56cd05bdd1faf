import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useStore } from '../../test/support/use-store.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { idempotencyHours } from '../model/limits.ts';

const now = new Date('2026-11-21T00:00:00.000Z');
const later = (hours: number): Date => new Date(now.getTime() + hours * 3_600_000);
const answer = { status: 201, body: '{"id":"fn_1"}', headers: { location: '/functions/fn_1' } };

test('a request sent again is answered as the first was', async () => {
  const { idempotency } = await useStore();
  expect(await idempotency.begin('/functions', 'key', 'hash', now)).toEqual({ state: 'begun' });
  expect(await idempotency.begin('/functions', 'key', 'hash', now)).toEqual({ state: 'running' });
  await idempotency.finish('/functions', 'key', answer);
  expect(await idempotency.begin('/functions', 'key', 'hash', now)).toEqual({ state: 'finished', answer });
});

test('another request with the key is told apart, running or finished', async () => {
  const { idempotency } = await useStore();
  await idempotency.begin('/functions', 'key', 'hash', now);
  expect(await idempotency.begin('/functions', 'key', 'other', now)).toEqual({ state: 'mismatch' });
  await idempotency.finish('/functions', 'key', answer);
  expect(await idempotency.begin('/functions', 'key', 'other', now)).toEqual({ state: 'mismatch' });
});

test('the same key in another scope is another key', async () => {
  const { idempotency } = await useStore();
  await idempotency.begin('/functions', 'key', 'hash', now);
  expect(await idempotency.begin('/projects', 'key', 'hash', now)).toEqual({ state: 'begun' });
});

test('of many that begin at once, one may work', async () => {
  const { idempotency } = await useStore();
  const begun = await Promise.all(
    Array.from({ length: 10 }, () => idempotency.begin('/functions', 'key', 'hash', now)),
  );
  expect(begun.filter(({ state }) => state === 'begun')).toHaveLength(1);
});

test('a key that was forgotten can be used again', async () => {
  const { idempotency } = await useStore();
  await idempotency.begin('/functions', 'key', 'hash', now);
  await idempotency.forget('/functions', 'key');
  expect(await idempotency.begin('/functions', 'key', 'other', now)).toEqual({ state: 'begun' });
});

test('a key is remembered for its hours and not a moment longer, purged or not', async () => {
  const { idempotency } = await useStore();
  await idempotency.begin('/functions', 'key', 'hash', now);
  await idempotency.finish('/functions', 'key', answer);
  const last = later(idempotencyHours);
  expect(await idempotency.begin('/functions', 'key', 'hash', last)).toMatchObject({ state: 'finished' });
  expect(await idempotency.purge(last)).toBe(0);
  const past = new Date(last.getTime() + 1);
  expect(await idempotency.begin('/functions', 'key', 'other', past)).toEqual({ state: 'begun' });
  expect(await idempotency.begin('/functions', 'key', 'other', past)).toEqual({ state: 'running' });
  expect(await idempotency.purge(later(3 * idempotencyHours))).toBe(1);
});

test('a restart forgets requests that were running and keeps those that had ended', async () => {
  const stateDb = join(useTmpDir(), 'state.db');
  const before = await useStore(stateDb);
  await before.idempotency.begin('/functions', 'running', 'hash', now);
  await before.idempotency.begin('/functions', 'ended', 'hash', now);
  await before.idempotency.finish('/functions', 'ended', answer);
  await before.close();
  const { idempotency } = await useStore(stateDb);
  expect(await idempotency.begin('/functions', 'running', 'hash', now)).toEqual({ state: 'begun' });
  expect(await idempotency.begin('/functions', 'ended', 'hash', now)).toEqual({ state: 'finished', answer });
});
