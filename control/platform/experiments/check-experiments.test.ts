import { expect, test } from 'vitest';
import { functionRecord } from '../../../test/support/function-record.ts';
import { useStore } from '../../../test/support/use-store.ts';
import type { FunctionRecord } from '../../model/function.ts';
import type { VersionId } from '../../model/ids.ts';
import { experimentsSchema } from '../../model/rules/experiments.ts';
import { Catalog } from '../catalog.ts';
import { checkExperiments } from './check-experiments.ts';
import { experimentsOf } from './find-experiments.ts';

const one = (changes: object = {}, green: object = {}): unknown => ({
  ...{ name: 'buttons', variants: [{ name: 'blue' }, { name: 'green', ...green }] },
  ...changes,
});
const rules = (...list: readonly unknown[]): FunctionRecord['rules'] => ({
  experiments: experimentsSchema.parse(list),
});

async function useCheck(...others: readonly FunctionRecord[]) {
  const store = await useStore();
  const catalog = new Catalog();
  for (const record of others)
    catalog.set({
      ...{ record, deployment: undefined, versions: [] },
      aliases: new Map([['stable', 'ab'.repeat(32) as VersionId]]),
    });
  return (record: FunctionRecord): Promise<FunctionRecord> => checkExperiments({ catalog, store }, record);
}

test('an experiment that leads nowhere else is taken as it is', async () => {
  const check = await useCheck();
  const record = functionRecord({ rules: rules(one()) });
  expect(await check(record)).toEqual(record);
});

test('one experiment may be set at several places of a function if it is the same at all of them', async () => {
  const check = await useCheck();
  const routes = (list: unknown[]) => [{ pattern: 'a.test/*', rules: rules(...list) }];
  const same = functionRecord({ rules: rules(one()), routes: routes([one()]) });
  expect(experimentsOf(await check(same))).toMatchObject([{ places: [null, 'a.test/*'] }]);
  const unlike = functionRecord({ rules: rules(one()), routes: routes([one({ share: 50 })]) });
  await expect(check(unlike)).rejects.toThrow('"buttons" is set differently in the function, a.test/*');
});

test('another function must be there, in the environment or in prod', async () => {
  const check = await useCheck(functionRecord({ name: 'new-cart' }));
  const leading = functionRecord({ name: 'cart', rules: rules(one({}, { function: 'new-cart' })) });
  expect(await check(leading)).toBeTruthy();
  expect(await check({ ...leading, environment: 'staging' })).toBeTruthy();
  await expect(check(functionRecord({ rules: rules(one({}, { function: 'nobody' })) }))).rejects.toThrow(
    'leads with "green" to the function "nobody", which project "default" does not have',
  );
});

test('a version must be known, and an alias stays one', async () => {
  const other = functionRecord({ name: 'other' });
  const check = await useCheck(other);
  const aliased = functionRecord({ rules: rules(one({}, { function: 'other', version: 'stable' })) });
  expect((await check(aliased)).rules).toEqual(aliased.rules);
  await expect(
    check(functionRecord({ name: 'mine', rules: rules(one({}, { version: 'stable' })) })),
  ).rejects.toThrow('leads with "green" to the version "stable", which "mine" does not have');
});
