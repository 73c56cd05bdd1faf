import { expect, test } from 'vitest';
import { namesOf } from './names-of.ts';

test('names are the DNS names alone, in lower case and once', () => {
  expect(namesOf('DNS:Shop.Test, IP Address:10.0.0.1, DNS:*.shop.test, DNS:shop.test')).toEqual([
    'shop.test',
    '*.shop.test',
  ]);
  expect(namesOf(undefined)).toEqual([]);
});

test('a wildcard that is not all of the first label matches nothing and is left out', () => {
  expect(namesOf('DNS:a*.shop.test, DNS:*.*.test, DNS:a.*.test')).toEqual([]);
});
