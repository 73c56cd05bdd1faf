import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import type { OverlayScope, OverlayVariable } from '../model/overlay.ts';

const at = (environment: string | null, base: string | null): OverlayScope => ({
  ...{ project: 'shop', environment, base },
});
const variable = (scope: OverlayScope, key: string, value: string, secret = false): OverlayVariable => ({
  ...scope,
  ...{ key, value, secret, updatedAt: '2026-11-21T00:00:00.000Z' },
});

/** In the shape of what is sealed. */
const sealedOf = (environment: string | null): string => `v1.${`${environment}`.padEnd(40, 'A')}`;

async function useShop() {
  const store = await useStore();
  await store.projects.ensure('shop', '2026-11-21T00:00:00.000Z');
  return store;
}

test('a variable of a place is set, set again and removed, and no other place has it', async () => {
  const { overlay } = await useShop();
  for (const scope of [at(null, null), at('staging', null), at('staging', 'cart')]) {
    await overlay.set(variable(scope, 'A', 'first'));
    await overlay.set(variable(scope, 'A', sealedOf(scope.environment), true));
  }
  await overlay.remove(at('staging', null), 'A');
  expect(await overlay.list(at(null, null))).toEqual([variable(at(null, null), 'A', sealedOf(null), true)]);
  expect(await overlay.list(at('staging', null))).toEqual([]);
  expect(await overlay.list(at('staging', 'cart'))).toEqual([
    variable(at('staging', 'cart'), 'A', sealedOf('staging'), true),
  ]);
});

test('a function gets what is set for its project, its environment and itself, and nothing else', async () => {
  const { overlay } = await useShop();
  const places = [at(null, null), at('staging', null), at('staging', 'cart')];
  for (const scope of [...places, at('prod', null), at('prod', 'cart'), at('staging', 'post')])
    await overlay.set(variable(scope, 'A', `${scope.environment} ${scope.base}`));
  const found = await overlay.forFunction('shop', 'staging', 'cart');
  expect(found.map(({ value }) => value)).toEqual(['null null', 'staging null', 'staging cart']);
});

test('an environment that is cleared takes the variables of its functions along, and a project all of them', async () => {
  const { overlay, projects } = await useShop();
  for (const scope of [at(null, null), at('staging', null), at('staging', 'cart'), at('prod', 'cart')])
    await overlay.set(variable(scope, 'A', ''));
  await overlay.clear('shop', 'staging');
  expect(await overlay.forFunction('shop', 'staging', 'cart')).toHaveLength(1);
  expect(await overlay.forFunction('shop', 'prod', 'cart')).toHaveLength(2);
  await projects.remove('shop');
  expect(await overlay.forFunction('shop', 'prod', 'cart')).toEqual([]);
});

test('what is owed to a function is remembered once, until it is settled or the function is gone', async () => {
  const store = await useShop();
  const [one, two] = [functionRecord({ name: 'one' }), functionRecord({ name: 'two' })];
  for (const record of [one, two]) await store.functions.insert(record);
  await store.overlay.owe([one.id, two.id]);
  await store.overlay.owe([one.id]);
  expect((await store.overlay.owed()).toSorted()).toEqual([one.id, two.id].toSorted());
  await store.overlay.settle(one.id);
  await store.functions.remove(two.id);
  expect(await store.overlay.owed()).toEqual([]);
});
