import { expect, test } from 'vitest';
import { functionRecord } from '../../../test/support/function-record.ts';
import type { FunctionRecord } from '../../model/function.ts';
import { experimentsSchema } from '../../model/rules/experiments.ts';
import { Catalog } from '../catalog.ts';
import { ExperimentNames } from './experiment-names.ts';

const named = (name: string, experiment: string, changes: Partial<FunctionRecord> = {}): FunctionRecord =>
  functionRecord({
    ...{ name, ...changes },
    rules: {
      experiments: experimentsSchema.parse([
        { name: experiment, variants: [{ name: 'blue' }, { name: 'green' }] },
      ]),
    },
  });
const at = async (names: ExperimentNames, record: FunctionRecord): Promise<string> =>
  names.during(record, async () => 'stored');

test('a name is taken in its project and environment, and nowhere else', async () => {
  const catalog = new Catalog();
  const other = named('other', 'buttons');
  for (const record of [other, named('far', 'distant', { project: 'far' })])
    catalog.set({ record, deployment: undefined, versions: [], aliases: new Map() });
  const names = new ExperimentNames(catalog);
  await expect(at(names, named('mine', 'buttons'))).rejects.toThrow(
    'The experiment "buttons" is one of the function "other" already, and names are unique in a project',
  );
  for (const record of [
    named('mine', 'buttons', { environment: 'staging' }),
    named('mine', 'distant'),
    // Its own again.
    { ...other },
  ])
    expect(await at(names, record)).toBe('stored');
});

test('of two functions that are given one name at the same time, one is refused, and afterwards the name is free', async () => {
  const names = new ExperimentNames(new Catalog());
  let store: (() => void) | undefined;
  const first = names.during(
    named('one', 'buttons'),
    () => new Promise<void>((resolve) => (store = resolve)),
  );
  await expect(at(names, named('two', 'buttons'))).rejects.toThrow('is one of the function "one" already');
  store?.();
  await first;
  expect(await at(names, named('two', 'buttons'))).toBe('stored');
});
