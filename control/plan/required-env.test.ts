import { expect, test } from 'vitest';
import { missingMessage, missingNames } from './required-env.ts';

test('what is required and not there is missing, each once, in the order given', () => {
  expect(missingNames(['B', 'A', 'B', 'C'], ['C', 'D'])).toEqual(['B', 'A']);
  expect(missingNames([], [])).toEqual([]);
});

test('the message lists all names and has a command that can be run', () => {
  const record = { name: 'cart-staging', base: 'cart', project: 'shop', environment: 'staging' };
  const text = missingMessage(record, ['A', 'B']);
  expect(text).toContain('requires A, B (env_required), which are set neither by it');
  expect(text).toContain('`selvedge env set A=… --env staging --function cart --project shop`');
});
