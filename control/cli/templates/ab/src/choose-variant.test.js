import { expect, test } from 'vitest';
import { chooseVariant } from './choose-variant.js';

const variants = [
  { name: 'a', share: 25 },
  { name: 'b', share: 75 },
];

test('keeps the variant that a visitor had', () => {
  expect(chooseVariant(variants, 'b', 0).name).toBe('b');
});

test('gives new visitors a variant by its share', () => {
  expect(chooseVariant(variants, undefined, 0.24).name).toBe('a');
  expect(chooseVariant(variants, undefined, 0.26).name).toBe('b');
});

test('forgets a variant that was removed', () => {
  expect(chooseVariant(variants, 'c', 0).name).toBe('a');
});
