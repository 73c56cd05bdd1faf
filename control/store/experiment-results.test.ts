import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import type { VariantCount } from '../model/experiment-count.ts';
import { sumCounts } from '../plan/experiments/summarize-variants.ts';
import type { ExperimentResults, Tally } from './experiment-results.ts';
import type { Store } from './store.ts';

const now = '2026-11-28T00:00:00.000Z';
const later = '2026-11-29T00:00:00.000Z';
const tally = (requests: number): Tally => ({
  ...{ requests, errors: 1, latencyMs: 10 * requests, latencySquares: 100 * requests },
  histogram: [requests],
});

async function useResults(): Promise<{
  store: Store;
  results: ExperimentResults;
  id: number;
  read: () => Promise<VariantCount[]>;
  key: { functionId: ReturnType<typeof functionRecord>['id']; name: string };
}> {
  const store = await useStore();
  const record = functionRecord();
  await store.functions.insert(record);
  const key = { functionId: record.id, name: 'buttons' };
  const results = store.experiments;
  const id = (await results.open(key, now)) as number;
  const read = async (): Promise<VariantCount[]> =>
    sumCounts(['blue', 'green'], (await results.read(key))?.counts ?? []);
  return { store, results, id, read, key };
}

test('totals of fronts take the place of their earlier ones, and are added up', async () => {
  const { results, id, read } = await useResults();
  await results.putTally(id, 'blue', 'front-1', tally(1));
  await results.putTally(id, 'blue', 'front-1', tally(3));
  await results.putTally(id, 'blue', 'front-2', tally(4));
  expect((await read())[0]).toMatchObject({ requests: 7, errors: 2, latencyMs: 70, histogram: [7] });
});

test('a visitor is counted once, for the variant that he saw first, and converts once', async () => {
  const { results, id, read } = await useResults();
  await results.addVisitors(id, 'blue', [1, 2, 3]);
  await results.addVisitors(id, 'blue', [3, 4]);
  await results.addVisitors(id, 'green', [4, 5]);
  expect(await results.convert(id, [1, 5, 6])).toEqual([6]);
  expect(await results.convert(id, [1, 2])).toEqual([]);
  expect((await read()).map(({ visitors, conversions }) => [visitors, conversions])).toEqual([
    [4, 2],
    [1, 1],
  ]);
});

test('many visitors at once are counted exactly, with numbers as large as digests are', async () => {
  const { results, id, read } = await useResults();
  const many = Array.from({ length: 1_234 }, (_, n) => 2 ** 53 - 1 - n);
  await results.addVisitors(id, 'green', many);
  await results.convert(id, many);
  expect((await read())[1]).toMatchObject({ visitors: 1_234, conversions: 1_234 });
});

test('one visitor more than an experiment has is not one, and who is known stays', async () => {
  const { results, id, read } = await useResults();
  await results.addVisitors(id, 'blue', [1, 2], 3);
  await results.addVisitors(id, 'green', [1, 3, 4], 3);
  await results.addVisitors(id, 'green', [5], 3);
  expect((await read()).map(({ visitors }) => visitors)).toEqual([2, 1]);
  expect(await results.convert(id, [3, 4])).toEqual([4]);
});

test('after a reset everything counts from nothing, though fronts go on with their totals', async () => {
  const { results, id, read, key } = await useResults();
  await results.putTally(id, 'blue', 'front-1', tally(5));
  await results.addVisitors(id, 'blue', [1]);
  await results.reset(key, later);
  expect((await read())[0]).toMatchObject({ visitors: 0, requests: 0, errors: 0, latencyMs: 0 });
  expect((await results.read(key))?.since).toBe(later);
  await results.putTally(id, 'blue', 'front-1', tally(7));
  await results.addVisitors(id, 'blue', [1]);
  expect((await read())[0]).toMatchObject({ visitors: 1, requests: 2, histogram: [2] });
  await results.reset(key, later);
  expect((await read())[0]).toMatchObject({ requests: 0 });
});

test('what fronts counted that have ended is kept as one', async () => {
  const { results, id, read, key } = await useResults();
  await results.putTally(id, 'blue', 'front-1', tally(5));
  await results.reset(key, later);
  for (const front of ['front-1', 'front-2', 'front-3']) await results.putTally(id, 'blue', front, tally(8));
  await results.carryOver(['front-3']);
  expect((await read())[0]).toMatchObject({ requests: 19 });
  await results.putTally(id, 'blue', 'front-3', tally(10));
  await results.carryOver(['front-3']);
  expect((await read())[0]).toMatchObject({ requests: 21 });
});

test('of a function that is gone nothing is kept', async () => {
  const { store, results, id, key } = await useResults();
  await results.addVisitors(id, 'blue', [1]);
  await store.functions.remove(key.functionId);
  expect(await results.read(key)).toBeUndefined();
  expect(await results.open(key, now)).toBeUndefined();
});
