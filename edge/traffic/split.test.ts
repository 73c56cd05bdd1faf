// Goal: shares come out as they were set, whatever visitors are known by, and nobody moves who need not.
// Method: 100,000 visitors, the same ones in every run, go through splits; the counts are held against the shares
// by Pearson's chi-square test at p > 0.01, and each visitor against himself under other shares.

import { expect, test } from 'vitest';
import { seededRandom } from '../../test/support/random.ts';
import { pinOf, type Share, Split } from './split.ts';

const visitors = 100_000;
const [NEW, OLD, THIRD] = ['1a'.repeat(32), '2b'.repeat(32), '3c'.repeat(32)];

/** Critical values of chi-square at p = 0.01, by degrees of freedom. */
const criticalAt: Readonly<Record<number, number>> = { 1: 6.635, 2: 9.21, 3: 11.345 };

const of = (...shares: readonly (readonly [string, number])[]): Share[] =>
  shares.map(([version, shareBp]) => ({ version, shareBp }));

function chiSquare(picks: readonly (string | undefined)[], shares: readonly Share[]): number {
  return shares.reduce((sum, { version, shareBp }) => {
    const expected = (picks.length * shareBp) / 10_000;
    const seen = picks.filter((pick) => pick === version).length;
    return sum + (seen - expected) ** 2 / expected;
  }, 0);
}

function hex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}

const numbered = <T>(make: (n: number) => T): T[] => Array.from({ length: visitors }, (_, n) => make(n));
const random = seededRandom(20_261_127);
/** As they come in each mode: keys of our cookie, values of a header, SHA-256 digests of credentials. */
const keys: Readonly<Record<string, readonly string[]>> = {
  cookie: numbered(() => hex(random, 32)),
  'header with numbers': numbered((n) => String(n)),
  'header with names': numbered((n) => `user-${n}@example.com`),
  'header with addresses': numbered((n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`),
  credential: numbered(() => hex(random, 64)),
};
const splits: Readonly<Record<string, Share[]>> = {
  'half and half': of([NEW, 5_000], [OLD, 5_000]),
  'one percent': of([NEW, 100], [OLD, 9_900]),
  'one of ten thousand': of([NEW, 1], [OLD, 9_999]),
  'three versions': of([NEW, 2_000], [OLD, 5_000], [THIRD, 3_000]),
};
const modes = Object.keys(keys).flatMap((mode) => Object.keys(splits).map((name) => [mode, name] as const));

test.each(Object.keys(splits))('by chance, versions get their shares: %s', (name) => {
  const shares = splits[name] as Share[];
  const split = new Split('fn', shares);
  const draw = seededRandom(7);
  const picks = numbered(() => split.byChance(draw() * 10_000));
  expect(chiSquare(picks, shares)).toBeLessThan(criticalAt[shares.length - 1] as number);
});

test.each(modes)('by %s, versions get their shares: %s', (mode, name) => {
  const shares = splits[name] as Share[];
  const split = new Split('fn', shares);
  const picks = (keys[mode] ?? []).map((key) => split.byKey(key));
  expect(chiSquare(picks, shares)).toBeLessThan(criticalAt[shares.length - 1] as number);
});

test.each(Object.keys(keys))('a visitor by %s has the same version each time, and at every front', (mode) => {
  const shares = of([NEW, 3_000], [OLD, 7_000]);
  const [first, again] = [new Split('fn', shares), new Split('fn', shares.toReversed())];
  expect((keys[mode] ?? []).filter((key) => first.byKey(key) !== again.byKey(key))).toEqual([]);
});

test.each(Object.keys(keys))('as a share grows from 1 to 100 percent, no visitor by %s goes back', (mode) => {
  const steps = [100, 1_000, 5_000, 10_000].map(
    (bp) => new Split('fn', of([NEW, bp], [OLD, 10_000 - bp], ['4d'.repeat(32), 0])),
  );
  const wentBack = (keys[mode] ?? []).filter((key) => {
    const path = steps.map((split) => split.byKey(key) === NEW);
    return path.some((isNew, n) => isNew && path[n + 1] === false);
  });
  expect(wentBack).toEqual([]);
});

test('visitors who move when one of three versions grows all move to that one', () => {
  const before = new Split('fn', of([NEW, 1_000], [OLD, 6_000], [THIRD, 3_000]));
  const after = new Split('fn', of([NEW, 4_000], [OLD, 4_000], [THIRD, 2_000]));
  const moved = (keys.cookie ?? []).filter((key) => before.byKey(key) !== after.byKey(key));
  expect(moved.length).toBeGreaterThan(visitors / 4);
  expect(new Set(moved.map((key) => after.byKey(key)))).toEqual(new Set([NEW]));
});

test('the same visitors are not the first in the splits of two functions', () => {
  const shares = of([NEW, 1_000], [OLD, 9_000]);
  const [one, other] = [new Split('fn_one', shares), new Split('fn_other', shares)];
  const first = (keys.cookie ?? []).filter((key) => one.byKey(key) === NEW);
  const inBoth = first.map((key) => other.byKey(key));
  expect(chiSquare(inBoth, shares)).toBeLessThan(criticalAt[1] as number);
});

test('a version at share 0 takes nobody by chance or by a key, and is kept by its pin', () => {
  const split = new Split('fn', of([NEW, 10_000], [OLD, 0]));
  expect([split.byChance(0), split.byChance(9_999.99), split.byKey('anybody')]).toEqual([NEW, NEW, NEW]);
  expect([split.keptBy(pinOf(OLD)), split.keptBy(pinOf(NEW)), split.keptBy('99999999')]).toEqual([
    OLD,
    undefined,
    undefined,
  ]);
  expect([split.divides, split.keeps]).toEqual([false, true]);
});

test.each([
  [0, NEW],
  [0.99, NEW],
  [1, OLD],
  [9_999.99, OLD],
])('draw %s gets %s', (draw, version) => {
  expect(new Split('fn', of([NEW, 1], [THIRD, 0], [OLD, 9_999])).byChance(draw)).toBe(version);
});

test('nothing deployed gives nothing', () => {
  const split = new Split('fn', []);
  expect([split.byChance(0), split.byKey('x'), split.divides, split.keeps]).toEqual([
    undefined,
    undefined,
    false,
    false,
  ]);
});
