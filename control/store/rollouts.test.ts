import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import type { VersionId } from '../model/ids.ts';
import type { RolloutRecord } from '../model/rollout.ts';
import { newRolloutId } from './new-id.ts';

const hello = functionRecord();
const other = functionRecord({ name: 'other' });
const time = '2026-11-27T12:00:00.000Z';

const rollout = (changes: Partial<RolloutRecord> = {}): RolloutRecord => ({
  ...{ id: newRolloutId(), functionId: hello.id },
  ...{ from: 'a'.repeat(64) as VersionId, to: 'b'.repeat(64) as VersionId },
  plan: {
    ...{ strategy: 'canary', stepsBp: [100, 10_000], waitSeconds: null },
    guard: { error_rate: { max: 5 }, min_requests: 20 },
  },
  ...{ state: 'running', step: 0, reason: null, message: 'careful', author: 'ci' },
  ...{ stepAt: time, createdAt: time, updatedAt: time },
  ...changes,
});

async function useFunctions() {
  const store = await useStore();
  await store.functions.insert(hello);
  await store.functions.insert(other);
  return store;
}

test('a rollout is as it was stored, and its progress as it was updated', async () => {
  const { rollouts } = await useFunctions();
  const one = rollout();
  await rollouts.insert(one);
  expect(await rollouts.get(hello.id, one.id)).toEqual(one);
  expect(await rollouts.get(other.id, one.id)).toBeUndefined();
  const changes = {
    ...{ state: 'paused' as const, step: 1, reason: 'Paused by ci.' },
    ...{ stepAt: '2026-11-27T12:05:00.000Z', updatedAt: '2026-11-27T12:06:00.000Z' },
  };
  await rollouts.update(one.id, changes);
  expect(await rollouts.get(hello.id, one.id)).toEqual({ ...one, ...changes });
});

test('the newest is the last one inserted, although the clock went back, and pages follow on each other', async () => {
  const { rollouts } = await useFunctions();
  const all = [rollout(), rollout({ createdAt: '2020-01-01T00:00:00.000Z' }), rollout()];
  for (const one of all) await rollouts.insert(one);
  await rollouts.insert(rollout({ functionId: other.id }));
  const first = await rollouts.list(hello.id, { limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual([all[2]?.id, all[1]?.id]);
  const second = await rollouts.list(hello.id, { limit: 2, cursor: first.cursor ?? '' });
  expect(second).toEqual({ items: [all[0]], cursor: null });
});

test('what goes on is superseded, but for the rollout whose own step it is, and what is over stays as it is', async () => {
  const { rollouts } = await useFunctions();
  const over = rollout({ state: 'completed' });
  const paused = rollout({ state: 'paused' });
  const own = rollout();
  const foreign = rollout({ functionId: other.id });
  for (const one of [over, paused, own, foreign]) await rollouts.insert(one);
  await rollouts.supersede(hello.id, own.id, 'Another took its place.', '2026-11-27T13:00:00.000Z');
  expect((await rollouts.allGoingOn()).map(({ id }) => id).toSorted()).toEqual(
    [own.id, foreign.id].toSorted(),
  );
  expect(await rollouts.get(hello.id, paused.id)).toMatchObject({
    ...{ state: 'superseded', reason: 'Another took its place.', updatedAt: '2026-11-27T13:00:00.000Z' },
  });
  expect(await rollouts.get(hello.id, over.id)).toEqual(over);
  await rollouts.supersede(hello.id, null, 'A deployment took its place.', time);
  expect((await rollouts.allGoingOn()).map(({ id }) => id)).toEqual([foreign.id]);
});

test('the rollouts of a function go with it', async () => {
  const { rollouts, functions } = await useFunctions();
  await rollouts.insert(rollout());
  await functions.remove(hello.id);
  expect(await rollouts.allGoingOn()).toEqual([]);
});
