import { expect, test } from 'vitest';
import type { WhenEntry } from '../contract/rules/rewrite.ts';
import { whenHolds } from './when-holds.ts';

const asked = {
  method: 'GET',
  query: '?a=1&a=2&b',
  geo: { country: 'DE', continent: 'EU' },
  headers: new Headers({ 'x-a': '1', cookie: 'c="q"; c=2; __proto__=x; d=' }),
};
const holds = (when: WhenEntry, changes: object = {}): boolean => whenHolds(when, { ...asked, ...changes });

test.each<[WhenEntry, boolean]>([
  [{ methods: ['POST', 'GET'] }, true],
  [{ methods: ['POST'] }, false],
  [{ headers: { 'x-a': '1' } }, true],
  [{ headers: { 'x-a': true } }, true],
  [{ headers: { 'x-a': '2' } }, false],
  [{ headers: { 'x-b': true } }, false],
  [{ cookies: { c: 'q' } }, true],
  [{ cookies: { c: '2' } }, false],
  [{ cookies: { d: true } }, true],
  [{ cookies: { d: '' } }, true],
  [{ cookies: { constructor: true } }, false],
  [{ query: { a: '1' } }, true],
  [{ query: { a: '2' } }, false],
  [{ query: { b: true } }, true],
  [{ query: { c: true } }, false],
  [{ place: { countries: ['DE'] } }, true],
  [{ place: { countries: ['FR'], continents: ['EU'] } }, true],
  [{ place: { countries: ['FR'] } }, false],
  [{ methods: ['GET'], headers: { 'x-a': '1' }, place: { countries: ['FR'] } }, false],
])('%j: %s', (when, expected) => {
  expect(holds(when)).toBe(expected);
});

test('who is not known to be at a place is not there', () => {
  expect(holds({ place: { countries: ['DE'] } }, { geo: null })).toBe(false);
});
