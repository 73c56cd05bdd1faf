import { expect, test } from 'vitest';
import { chooseWranglerEnvironment } from './choose-wrangler-environment.ts';

const file = {
  name: 'cart',
  main: 'index.js',
  vars: { A: '1' },
  kv_namespaces: [{ binding: 'KV' }],
  routes: ['shop.example/*'],
  env: {
    staging: { name: 'other', vars: { B: '2' }, route: 'staging.example/*' },
    dev: { compatibility_date: '2026-01-01' },
  },
};

test('an environment has its own variables and bindings, and the rest from above', () => {
  expect(chooseWranglerEnvironment(file, 'staging')).toEqual({
    ...{ name: 'cart', main: 'index.js', vars: { B: '2' }, route: 'staging.example/*' },
  });
  expect(chooseWranglerEnvironment(file, 'dev')).toEqual({
    ...{ name: 'cart', main: 'index.js', compatibility_date: '2026-01-01', routes: ['shop.example/*'] },
  });
});

test.each([[undefined], ['prod'], ['__proto__'], ['constructor']])(
  'with %s the file is as it stands',
  (environment) => {
    expect(chooseWranglerEnvironment(file, environment)).toBe(file);
    expect(chooseWranglerEnvironment('text', environment)).toBe('text');
    expect(chooseWranglerEnvironment({ env: [] }, environment)).toEqual({ env: [] });
  },
);
