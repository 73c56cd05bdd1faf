import { expect, test } from 'vitest';
import { isOwn, serviceNames } from './instance-bindings.ts';

const at = (environment: string, name = 'shop', base = 'shop') => ({
  ...{ project: 'default', environment, name, base },
});

test.each([
  ['prod', { service: 'mail' }, ['mail']],
  ['staging', { service: 'mail' }, ['mail-staging', 'mail']],
  ['staging', { service: 'mail', environment: 'prod' }, ['mail']],
  ['prod', { service: 'mail', environment: 'dev' }, ['mail-dev', 'mail']],
])('in %s a binding to %j means %j, the first that there is', (environment, binding, names) => {
  expect(serviceNames(at(environment), binding)).toEqual(names);
});

test('a binding to its own name is to the function itself, in each environment', () => {
  expect(isOwn(at('prod'), { service: 'shop' })).toBe(true);
  expect(isOwn(at('staging', 'shop-staging'), { service: 'shop' })).toBe(true);
  expect(isOwn(at('staging', 'shop-staging'), { service: 'shop', environment: 'prod' })).toBe(false);
  expect(isOwn(at('prod'), { service: 'mail' })).toBe(false);
});
