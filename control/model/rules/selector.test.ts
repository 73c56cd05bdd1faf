import { expect, test } from 'vitest';
import { REFUSED_SELECTORS, TAKEN_SELECTORS } from '../../../test/support/selectors.ts';
import { isSelector } from './selector.ts';

test.each(TAKEN_SELECTORS)('%s is taken', (selector) => {
  expect(isSelector(selector)).toBe(true);
});

test.each(REFUSED_SELECTORS)('%j is refused', (selector) => {
  expect(isSelector(selector)).toBe(false);
});

test('a very long one that nearly fits is refused in no time', () => {
  expect([
    isSelector(`${'a'.repeat(200)}!`),
    isSelector(`${'a > '.repeat(50)}!`),
    isSelector(`${'.a'.repeat(100)}[`),
  ]).toEqual([false, false, false]);
});
