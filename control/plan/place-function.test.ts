import { expect, test } from 'vitest';
import { placeFunction } from './place-function.ts';

const environments = ['dev', 'staging', 'prod', 'eu-staging'];
const bases = new Set(['cart', 'cart-eu', 'a-b']);

test.each([
  ['cart', 'cart', 'prod'],
  ['cart-staging', 'cart', 'staging'],
  ['a-b-dev', 'a-b', 'dev'],
  ['cart-prod', 'cart-prod', 'prod'],
  ['post-staging', 'post-staging', 'prod'],
  ['cart-qa', 'cart-qa', 'prod'],
  ['staging', 'staging', 'prod'],
  ['cartstaging', 'cartstaging', 'prod'],
  // cart-eu in staging would fit as well.
  ['cart-eu-staging', 'cart', 'eu-staging'],
])('the name %s is %s in %s', (name, base, environment) => {
  expect(placeFunction(name, environments, (one) => bases.has(one))).toEqual({ base, environment });
});
