import { expect, test } from 'vitest';
import { checkModuleName } from './module-name.ts';

test.each([
  ['./0123-add.wasm', '0123-add.wasm'],
  ['lib/a.js', 'lib/a.js'],
  ['index.js', 'index.js'],
])('the module name %s is %s', (given, plain) => {
  expect(checkModuleName(given)).toBe(plain);
});

test.each([
  '../a.js',
  'a/../../b.js',
  '/etc/passwd',
  '',
  './',
  'a\\b.js',
  'a\0b.js',
  'a//b.js',
  'x'.repeat(513),
])('the module name %j is refused', (name) => {
  expect(() => checkModuleName(name)).toThrow(/The module name/);
});
