import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { locateFunction } from './locate-function.ts';

function addFunction(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'function.config.ts'), '');
  return folder;
}

test('a folder of that name is meant before a function of that name', () => {
  const here = addFunction(useTmpDir());
  expect(locateFunction(here, 'cart')).toEqual({ folder: here, name: 'cart' });
  mkdirSync(join(here, 'cart'));
  expect(locateFunction(here, 'cart')).toEqual({ folder: join(here, 'cart'), name: undefined });
});

test('without a name it is the function here, or the only one below', () => {
  const here = useTmpDir();
  expect(() => locateFunction(here, undefined)).toThrow('There is no function in');
  const cart = addFunction(join(here, 'cart'));
  addFunction(join(here, 'node_modules'));
  expect(locateFunction(here, undefined)).toEqual({ folder: cart, name: undefined });
  addFunction(join(here, 'shop'));
  expect(() => locateFunction(here, undefined)).toThrow('There are several functions here: cart, shop.');
  writeFileSync(join(here, 'index.ts'), '');
  expect(locateFunction(here, undefined)).toEqual({ folder: here, name: undefined });
});

test('a path that is not there is no name', () => {
  const here = addFunction(useTmpDir());
  expect(() => locateFunction(here, './cart')).toThrow('There is no folder');
  expect(() => locateFunction(useTmpDir(), 'cart')).toThrow(
    'There is no folder "cart" here, and no function in',
  );
});
