import { expect, test } from 'vitest';
import { visitorDigest } from '../../contract/visitor-digest.ts';
import { ExperimentBook, variantTalliesMax, visitorEventsMax } from './experiment-book.ts';

const digest = (key: string): number => visitorDigest('fn_1', 'buttons', key);
const visit = (book: ExperimentBook, key: string): void => book.visit('fn_1', 'buttons', 'blue', digest(key));

test('a visitor is told of once, and told again until control has stored him', () => {
  const book = new ExperimentBook();
  visit(book, 'ann');
  visit(book, 'ann');
  const told = { function: 'fn_1', experiment: 'buttons', variant: 'blue', visitor: digest('ann') };
  const first = book.report(0, 'one');
  expect(first.visitors).toEqual([told]);
  expect(book.report(0, 'one').visitors).toEqual([told]);
  expect(book.report(first.seq, 'one').visitors).toEqual([]);
  visit(book, 'ben');
  expect(book.report(first.seq, 'one').visitors.map(({ visitor }) => visitor)).toEqual([digest('ben')]);
});

test('in another epoch every visitor is new', () => {
  const book = new ExperimentBook();
  book.report(0, 'one');
  visit(book, 'ann');
  const { seq } = book.report(0, 'one');
  expect(book.report(seq, 'two').visitors).toEqual([]);
  visit(book, 'ann');
  expect(book.report(seq, 'two').visitors).toHaveLength(1);
});

test('a conversion is told of once, but of who is not known to have seen a variant each time', () => {
  const book = new ExperimentBook();
  const convert = (): void => book.convert('fn_1', 'buttons', digest('ann'));
  convert();
  convert();
  const { seq, visitors } = book.report(0, 'one');
  expect(visitors.map(({ variant }) => variant)).toEqual([null, null]);
  visit(book, 'ann');
  convert();
  convert();
  expect(book.report(seq, 'one').visitors.map(({ variant }) => variant)).toEqual(['blue', null]);
});

test('one more than is kept waits for his next visit, and is counted as dropped until then', () => {
  const book = new ExperimentBook();
  for (let n = 0; n < visitorEventsMax + 1; n += 1) visit(book, `visitor ${n}`);
  const full = book.report(0, 'one');
  expect([full.visitors.length, full.dropped]).toEqual([visitorEventsMax, 1]);
  book.report(full.seq, 'one');
  visit(book, `visitor ${visitorEventsMax}`);
  expect(book.report(full.seq, 'one').visitors).toHaveLength(1);
});

test('counters are totals, told when they have changed', () => {
  const book = new ExperimentBook();
  book.answered('fn_1', 'buttons', 'blue', 200, 3);
  book.answered('fn_1', 'buttons', 'blue', 503, 5);
  book.answered('fn_1', 'buttons', 'green', 404, 0);
  const { seq, tallies } = book.report(0, '');
  expect(tallies).toMatchObject([
    { variant: 'blue', requests: 2, errors: 1, latencyMs: 8, latencySquares: 34 },
    { variant: 'green', requests: 1, errors: 0, latencyMs: 0, latencySquares: 0 },
  ]);
  expect(tallies[0]?.histogram.slice(0, 5)).toEqual([0, 0, 1, 1, 0]);
  book.answered('fn_1', 'buttons', 'green', 200, 1);
  expect(book.report(seq, '').tallies).toMatchObject([{ variant: 'green', requests: 2 }]);
});

test('of one variant more than it counts, a front counts nothing', () => {
  const book = new ExperimentBook();
  for (let n = 0; n < variantTalliesMax + 1; n += 1) book.answered('fn_1', 'buttons', `v${n}`, 200, 1);
  expect(book.report(0, '').tallies).toHaveLength(variantTalliesMax);
});

test('digests of a hundred thousand visitors are all different, and differ by experiment and function', () => {
  const all = Array.from({ length: 100_000 }, (_, n) => digest(`user-${n}`));
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((one) => Number.isSafeInteger(one) && one > 0)).toBe(true);
  expect(visitorDigest('fn_1', 'prices', 'user-1')).not.toBe(digest('user-1'));
  expect(visitorDigest('fn_2', 'buttons', 'user-1')).not.toBe(digest('user-1'));
});
