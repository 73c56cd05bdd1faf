import { expect, test } from 'vitest';
import { drawOf, hashText, visitorKeyLengthMax } from './hash-visitor.ts';

test('a draw is above 0 and below 1, whatever the hash and the seed', () => {
  const ends = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff];
  const draws = ends.flatMap((hash) => ends.map((seed) => drawOf(hash, seed)));
  expect(Math.min(...draws)).toBeGreaterThan(0);
  expect(Math.max(...draws)).toBeLessThan(1);
});

test('keys that differ in their last character draw differently, and one past the length no longer do', () => {
  const key = 'k'.repeat(visitorKeyLengthMax - 1);
  expect(hashText(`${key}a`)).not.toBe(hashText(`${key}b`));
  expect(hashText(`${key}ab`)).toBe(hashText(`${key}ac`));
});
