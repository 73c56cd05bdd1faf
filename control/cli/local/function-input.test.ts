import { expect, it } from 'vitest';
import { checkFunction, versionSettings } from './function-input.ts';

it('has the defaults of the control API', () => {
  expect(checkFunction({ name: 'hello', code: 'x' }, {})).toMatchObject({
    handler: 'index.handler',
    convention: 'auto',
    timeout: 30,
    project: 'default',
  });
});

it('lets the variables of the command line win', () => {
  const input = { name: 'hello', code: 'x', environment: { A: '1', B: '2' } };
  expect(versionSettings(checkFunction(input, { B: '3' })).env).toEqual([
    { key: 'A', value: '1', secret: false },
    { key: 'B', value: '3', secret: false },
  ]);
});

it.each([
  [{ name: 'hello' }, 'has no code'],
  [{ name: 'Not A Name', code: 'x' }, 'name: '],
  [{ name: 'hello', code: 'x', timeout: 0 }, 'timeout: '],
  [{ name: 'hello', code: 'x', tiemout: 3 }, 'tiemout'],
])('refuses %j as the control API would', (input, part) => {
  expect(() => checkFunction(input, {})).toThrow(part);
});
