// Goal: variants come out as their weights say, whatever visitors are known by; nobody moves who need not; experiments know
// nothing of each other, but for those of one layer, which share no visitor.
// Method: 100,000 visitors, the same ones in every run; counts are held against weights by Pearson's chi-square test at
// p > 0.01.

import { expect, test } from 'vitest';
import { seededRandom } from '../../../test/support/random.ts';
import type { ExperimentEntry } from '../../contract/rules/experiments.ts';
import { PreparedExperiment } from './prepared-experiment.ts';

const visitors = 100_000;
/** Critical values of chi-square at p = 0.01, by degrees of freedom. */
const criticalAt: Readonly<Record<number, number>> = { 1: 6.635, 2: 9.21, 3: 11.345 };

function chiSquare(seen: readonly number[], expected: readonly number[]): number {
  return seen.reduce(
    (sum, count, index) => sum + (count - (expected[index] ?? 0)) ** 2 / (expected[index] ?? 0),
    0,
  );
}

const random = seededRandom(20_261_128);
const hex = (): string => Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
const keys: Readonly<Record<string, readonly string[]>> = {
  cookie: Array.from({ length: visitors }, hex),
  user: Array.from({ length: visitors }, (_, n) => `user-${n}@example.com`),
  ip: Array.from({ length: visitors }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`),
  header: Array.from({ length: visitors }, (_, n) => String(n)),
};

function experiment(
  name: string,
  weights: Readonly<Record<string, number>>,
  part: Partial<ExperimentEntry['part']> = {},
): PreparedExperiment {
  return new PreparedExperiment({
    ...{ name, status: 'running', winner: null, by: { kind: 'visitor' }, target: null, conversion: null },
    variants: Object.entries(weights).map(([variant, weight]) => ({ name: variant, weight })),
    part: { seed: `share ${name}`, fromBp: 0, toBp: 10_000, ...part },
  });
}

const counts = (of: PreparedExperiment, some: readonly string[]): number[] =>
  of.entry.variants.map(({ name }) => some.filter((key) => of.assign(key).name === name).length);

const weightings: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'half and half': { a: 1, b: 1 },
  'nine to one': { a: 9, b: 1 },
  fractions: { a: 0.25, b: 0.125, c: 0.125 },
  'one in a thousand': { a: 999, b: 1 },
  'four of them': { a: 10, b: 20, c: 30, d: 40 },
};
const cases = Object.keys(keys).flatMap((by) => Object.keys(weightings).map((name) => [by, name] as const));

test.each(cases)('by %s, variants get what their weights say: %s', (by, name) => {
  const weights = weightings[name] as Record<string, number>;
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const expected = Object.values(weights).map((weight) => (visitors * weight) / total);
  const seen = counts(experiment('buttons', weights), keys[by] ?? []);
  expect(chiSquare(seen, expected)).toBeLessThan(criticalAt[expected.length - 1] as number);
});

test('two experiments are independent: the variant of one says nothing about that of the other', () => {
  const [one, other] = [experiment('buttons', { a: 1, b: 1 }), experiment('prices', { x: 1, y: 3 })];
  const cells = [0, 0, 0, 0];
  for (const key of keys.cookie ?? []) {
    const cell = (one.assign(key).name === 'a' ? 0 : 2) + (other.assign(key).name === 'x' ? 0 : 1);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  const expected = [1 / 8, 3 / 8, 1 / 8, 3 / 8].map((share) => share * visitors);
  expect(chiSquare(cells, expected)).toBeLessThan(criticalAt[3] as number);
});

test('who takes part says nothing about the variant, and as many take part as the share says', () => {
  const some = experiment('buttons', { a: 1, b: 1 }, { toBp: 2_000 });
  const within = (keys.cookie ?? []).filter((key) => some.includes(key));
  expect(chiSquare([within.length, visitors - within.length], [20_000, 80_000])).toBeLessThan(6.635);
  expect(chiSquare(counts(some, within), [within.length / 2, within.length / 2])).toBeLessThan(6.635);
});

test('experiments of one layer share no visitor, and together have all of it', () => {
  const layer = { seed: 'layer checkout' };
  const [one, other] = [
    experiment('buttons', { a: 1, b: 1 }, { ...layer, toBp: 3_000 }),
    experiment('prices', { a: 1, b: 1 }, { ...layer, fromBp: 3_000 }),
  ];
  const inOne = (keys.cookie ?? []).filter((key) => one.includes(key));
  const inOther = (keys.cookie ?? []).filter((key) => other.includes(key));
  expect(inOne.filter((key) => other.includes(key))).toEqual([]);
  expect(inOne.length + inOther.length).toBe(visitors);
  expect(chiSquare([inOne.length, inOther.length], [30_000, 70_000])).toBeLessThan(6.635);
});

test('experiments without a layer overlap as chance would have it', () => {
  const [one, other] = [
    experiment('buttons', { a: 1, b: 1 }, { toBp: 3_000 }),
    experiment('prices', { a: 1, b: 1 }, { toBp: 5_000 }),
  ];
  const both = (keys.cookie ?? []).filter((key) => one.includes(key) && other.includes(key)).length;
  expect(chiSquare([both, visitors - both], [15_000, 85_000])).toBeLessThan(6.635);
});

test('when a weight grows, visitors come to that variant and nobody moves between the others', () => {
  const before = experiment('buttons', { a: 1, b: 5, c: 4 });
  const after = experiment('buttons', { a: 4, b: 5, c: 4 });
  const moved = (keys.cookie ?? []).filter((key) => before.assign(key).name !== after.assign(key).name);
  expect(moved.length).toBeGreaterThan(visitors / 10);
  expect(new Set(moved.map((key) => after.assign(key).name))).toEqual(new Set(['a']));
});

test('weights that are all scaled alike, and another order of the variants, change nothing', () => {
  const [one, other] = [experiment('buttons', { a: 1, b: 3 }), experiment('buttons', { b: 150, a: 50 })];
  const moved = (keys.user ?? []).filter((key) => one.assign(key).name !== other.assign(key).name);
  expect(moved).toEqual([]);
});

test('a variant of weight 0 gets nobody', () => {
  const some = experiment('buttons', { a: 1, hidden: 0 });
  expect(counts(some, keys.cookie ?? [])).toEqual([visitors, 0]);
});
