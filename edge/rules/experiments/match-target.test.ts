import { expect, test } from 'vitest';
import { whyNotTarget } from './match-target.ts';

const facts = {
  geo: { country: 'DE', continent: 'EU', isEUCountry: '1' } as const,
  headers: new Headers({ 'x-plan': 'gold-2', cookie: 'a=1; beta=yes; empty=' }),
  path: '/shop/shoes',
  query: 'q=1&utm=mail%20two',
};

test.each([
  [{ place: { countries: ['FR', 'DE'] } }, undefined],
  [{ place: { countries: ['FR'] } }, 'he is not known to be at the place, with the country DE'],
  [{ place: { continents: ['EU'] } }, undefined],
  [{ place: { countries: ['FR'], eu: true } }, undefined],
  [{ place: { continents: ['AS', 'AF'] } }, 'he is not known to be at the place, with the country DE'],
  [{ header: { 'x-plan': 'gold-2' } }, undefined],
  [{ header: { 'x-plan': 'gold*' } }, undefined],
  [{ header: { 'x-plan': '*' } }, undefined],
  [{ header: { 'x-plan': 'gold' } }, 'the header x-plan is not gold'],
  [{ header: { 'x-other': '*' } }, 'the header x-other is not *'],
  [{ cookie: { beta: 'yes', a: '1' } }, undefined],
  [{ cookie: { beta: 'no' } }, 'the cookie beta is not no'],
  [{ cookie: { bet: '*' } }, 'the cookie bet is not *'],
  [{ cookie: { empty: '*' } }, undefined],
  [{ query: { utm: 'mail two' } }, undefined],
  [{ query: { utm: 'mail' } }, 'the query parameter utm is not mail'],
  [{ path: '/shop/*' }, undefined],
  [{ path: '/shop' }, 'the path is not /shop'],
  [{ path: '/*', place: { countries: ['DE'] }, query: { q: '2' } }, 'the query parameter q is not 2'],
])('%j: %s', (target, why) => {
  expect(whyNotTarget(target, facts)).toBe(why);
});

test('where nothing is known of the place, no place fits', () => {
  const unknown = { ...facts, geo: null };
  expect(whyNotTarget({ place: { continents: ['EU'] } }, unknown)).toBe(
    'he is not known to be at the place, with the country unknown',
  );
});

test('names of what every object has are no headers, cookies or parameters', () => {
  for (const name of ['constructor', 'toString', '__proto__'])
    for (const kind of ['header', 'cookie', 'query'])
      expect(whyNotTarget({ [kind]: Object.fromEntries([[name, '*']]) }, facts)).toContain('is not *');
});
