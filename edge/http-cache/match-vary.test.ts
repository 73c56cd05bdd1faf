// Goal: a request gets the response that was made for the likes of it, however its header is written, and soon.

import { expect, test } from 'vitest';
import { matchesVary, varyLengthMax, varyValues } from './match-vary.ts';

const asking =
  (headers: Record<string, string>) =>
  (name: string): string | null =>
    headers[name] ?? null;
const matches = (name: string, stored: string, asked: string): boolean =>
  matchesVary(varyValues([name], asking({ [name]: stored })) ?? [], asking({ [name]: asked }));

test('white space, the case of a language and the order of what is liked alike mean nothing', () => {
  expect(matches('accept-language', 'de, en;q=0.5', ' EN ; q=0.5,\tDE')).toBe(true);
  expect(matches('accept-language', 'de', 'en')).toBe(false);
  expect(matches('x-who', 'a, b', 'a,b')).toBe(true);
  expect(matches('x-who', 'a, b', 'b, a')).toBe(false);
  expect(matches('x-who', 'a', 'A')).toBe(false);
  expect(matches('x-who', 'a b', 'ab')).toBe(false);
});

test('a header that is not there is another one than an empty one', () => {
  const values = varyValues(['x-who'], asking({})) ?? [];
  expect(matchesVary(values, asking({}))).toBe(true);
  expect(matchesVary(values, asking({ 'x-who': '' }))).toBe(false);
});

test('a run of white space takes no time that grows with its square', () => {
  const spaced = (length: number): string => `a${' '.repeat(length - 2)}b`;
  for (let times = 0; times < 1000; times += 1) matches('accept-language', 'a', spaced(varyLengthMax));
  expect(matches('accept-language', 'a', spaced(120_000))).toBe(false);
  // The first of these took 5 s and more, and the second as long again.
});

test('one past the limit, of all values together, is nobody to store for, and matches nothing', () => {
  const half = 'x'.repeat(varyLengthMax / 2);
  expect(varyValues(['x-a', 'x-b'], asking({ 'x-a': half, 'x-b': half }))).toHaveLength(2);
  expect(varyValues(['x-a', 'x-b'], asking({ 'x-a': half, 'x-b': `${half}x` }))).toBeUndefined();
  expect(matches('x-who', 'a', `a${' '.repeat(varyLengthMax)}`)).toBe(false);
});
