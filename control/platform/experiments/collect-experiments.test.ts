// Goal: nothing is lost or counted twice between fronts and the store, whoever dies or asks again.
// Method: books of fronts as fronts keep them, and a real store; a front's answer may be lost on the way.

import { expect, test } from 'vitest';
import { visitorDigest } from '../../../edge/contract/visitor-digest.ts';
import { ExperimentBook } from '../../../edge/rules/experiments/experiment-book.ts';
import { functionRecord } from '../../../test/support/function-record.ts';
import { useStore } from '../../../test/support/use-store.ts';
import { sumCounts } from '../../plan/experiments/summarize-variants.ts';
import { type CountingFront, ExperimentCollector, lateConversionsMax } from './collect-experiments.ts';

interface FakeFront extends CountingFront {
  readonly book: ExperimentBook;
  /** Its next answers are made and do not arrive. */
  losesAnswers: boolean;
}

function front(id: string): FakeFront {
  const book = new ExperimentBook();
  return {
    ...{ id, book, losesAnswers: false },
    async experiments(after, epoch) {
      const report = book.report(after, epoch);
      if (this.losesAnswers) throw new Error('the connection was closed');
      // As it comes over a socket.
      return structuredClone(report);
    },
  };
}

async function useCollector() {
  const store = await useStore();
  const record = functionRecord();
  await store.functions.insert(record);
  const fronts = [front('front-1'), front('front-2')] as const;
  const make = (): ExperimentCollector =>
    new ExperimentCollector({
      ...{ store, fronts: () => fronts, needed: () => true, now: () => new Date(0) },
    });
  const digest = (key: string): number => visitorDigest(record.id, 'buttons', key);
  const visit = ({ book }: FakeFront, key: string, variant = 'blue'): void => {
    book.visit(record.id, 'buttons', variant, digest(key));
    book.answered(record.id, 'buttons', variant, 200, 2);
  };
  const convert = ({ book }: FakeFront, key: string): void => book.convert(record.id, 'buttons', digest(key));
  const key = { functionId: record.id, name: 'buttons' };
  const counts = async (): Promise<number[]> => {
    const [blue] = sumCounts(['blue'], (await store.experiments.read(key))?.counts ?? []);
    return [blue?.visitors ?? 0, blue?.conversions ?? 0, blue?.requests ?? 0];
  };
  return { store, fronts, make, visit, convert, counts, key };
}

test('a visitor whom two fronts saw is one, and his requests are all counted', async () => {
  const { fronts, make, visit, convert, counts } = await useCollector();
  for (const one of fronts) {
    visit(one, 'ann');
    convert(one, 'ann');
  }
  visit(fronts[1], 'ben');
  const collector = make();
  await collector.collect();
  expect(await counts()).toEqual([2, 1, 3]);
  await collector.collect();
  expect(await counts()).toEqual([2, 1, 3]);
});

test('what is in an answer that is lost comes with the next, and another control counts nothing twice', async () => {
  const { fronts, make, visit, counts } = await useCollector();
  visit(fronts[0], 'ann');
  fronts[0].losesAnswers = true;
  const collector = make();
  await collector.collect();
  expect(await counts()).toEqual([0, 0, 0]);
  fronts[0].losesAnswers = false;
  await collector.collect();
  await make().collect();
  visit(fronts[0], 'ben');
  await make().collect();
  expect(await counts()).toEqual([2, 0, 2]);
});

test('a conversion that comes before its visitor counts when he is told of soon, and not when he never is', async () => {
  const { fronts, make, visit, convert, counts } = await useCollector();
  const collector = make();
  convert(fronts[0], 'ann');
  convert(fronts[0], 'nobody');
  await collector.collect();
  visit(fronts[1], 'ann');
  await collector.collect();
  expect(await counts()).toEqual([1, 1, 1]);
  for (let n = 0; n < 3; n += 1) await collector.collect();
  visit(fronts[1], 'nobody');
  await collector.collect();
  expect(await counts()).toEqual([2, 1, 2]);
});

test('one conversion more than waits for its visitor is given up', async () => {
  const { fronts, make, visit, convert, counts } = await useCollector();
  const collector = make();
  const keys = Array.from({ length: lateConversionsMax + 1 }, (_, n) => `visitor ${n}`);
  for (const [n, key] of keys.entries()) convert(fronts[n % 2 === 0 ? 0 : 1], key);
  // Fronts learn with the second question that the first was heard, and have room again.
  for (let n = 0; n < 2; n += 1) await collector.collect();
  for (const [n, key] of keys.entries()) visit(fronts[n % 2 === 0 ? 0 : 1], key);
  await collector.collect();
  expect(await counts()).toEqual([keys.length, lateConversionsMax, keys.length]);
});

test('a front that has died leaves what it told, and one with its place counts on', async () => {
  const { store, fronts, make, visit, counts } = await useCollector();
  const collector = make();
  visit(fronts[0], 'ann');
  await collector.collect();
  await store.experiments.carryOver(['front-2']);
  visit(fronts[1], 'ann');
  await collector.collect();
  expect(await counts()).toEqual([1, 0, 2]);
});

test('after a reset the same visitors are counted anew', async () => {
  const { store, fronts, make, visit, counts, key } = await useCollector();
  const collector = make();
  visit(fronts[0], 'ann');
  await collector.collect();
  await store.experiments.reset(key, new Date(1).toISOString());
  await collector.startOver();
  expect(await counts()).toEqual([0, 0, 0]);
  visit(fronts[0], 'ann');
  await collector.collect();
  expect(await counts()).toEqual([1, 0, 1]);
});

test('who asks while a collection runs gets what was counted when he asked', async () => {
  const { fronts, make, visit, counts } = await useCollector();
  const collector = make();
  const first = collector.collect();
  visit(fronts[0], 'ann');
  const second = collector.collect();
  await Promise.all([first, second]);
  expect(await counts()).toEqual([1, 0, 1]);
});
