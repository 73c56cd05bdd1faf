import { expect, test } from 'vitest';
import { readLockfile } from './lockfile.ts';

const lockfile = (packages: object): string => JSON.stringify({ lockfileVersion: 3, packages });
const a = { version: '1.0.0', integrity: 'sha512-x' };

test.each([
  ['git over ssh', { 'node_modules/a': { ...a, resolved: 'git+ssh://git@host/a.git#1' } }, /from "git\+ssh:/],
  ['a file', { 'node_modules/a': { ...a, resolved: 'file:../../etc' } }, /from "file:\.\.\/\.\.\/etc"/],
  ['a link', { 'node_modules/a': { resolved: '../a', link: true } }, /from "\.\.\/a"/],
  ['a directory outside', { '../../etc': a }, /a package at "\.\.\/\.\.\/etc"/],
  ['a place that climbs', { 'node_modules/../../a': a }, /a package at/],
  ['a version that is a file', { 'node_modules/a': { version: 'file:/etc' } }, /version "file:\/etc"/],
  ['a version that is git', { 'node_modules/a': { version: 'git+ssh://h/a' } }, /version "git\+ssh:/],
  ['no version', { 'node_modules/a': {} }, /version null/],
  ['a name that is a URL', { 'node_modules/a': { ...a, name: 'a@http://10.0.0.1/' } }, /"a@http:/],
  [
    'a dependency of a dependency',
    { 'node_modules/a': { ...a, dependencies: { b: 'file:/etc' } } },
    /"b" from/,
  ],
  ['an optional one', { 'node_modules/a': { ...a, optionalDependencies: { b: 'x/y' } } }, /"b" from "x\/y"/],
  ['a peer', { 'node_modules/a': { ...a, peerDependencies: { b: 'http://10.0.0.1/b.tgz' } } }, /"b" from/],
  ['the function itself', { '': { dependencies: { b: 'github:x/y' } } }, /the function takes "b"/],
])('a lockfile that leads npm elsewhere by %s is refused', (_, packages, message) => {
  expect(() => readLockfile(lockfile(packages))).toThrow(message);
});

test('addresses are left out, also those of the machine’s neighbours, and what pins the packages is kept', () => {
  const entry = { ...a, resolved: 'http://169.254.169.254/a/-/a-1.0.0.tgz', bin: { a: '../../x' } };
  const text = readLockfile(
    JSON.stringify({
      dependencies: { a: { version: 'file:/etc' } },
      packages: {
        '': { name: 'mine', dependencies: { a: '^1.0.0', b: 'npm:@x/c@2' } },
        'node_modules/a': { ...entry, dependencies: { '@x/c': '>=1 <3 || ^4', d: '' } },
        'node_modules/a/node_modules/@x/c': { ...entry, name: '@x/other', optional: true, os: ['linux'] },
      },
    }),
  );
  expect(JSON.parse(text)).toEqual({
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'mine', dependencies: { a: '^1.0.0', b: 'npm:@x/c@2' } },
      'node_modules/a': { ...a, dependencies: { '@x/c': '>=1 <3 || ^4', d: '' } },
      'node_modules/a/node_modules/@x/c': { ...a, name: '@x/other', optional: true, os: ['linux'] },
    },
  });
});

test.each([
  ['is no JSON', '{', /is not JSON/],
  [
    'has another shape',
    '{"packages":{"node_modules/a":{"version":1}}}',
    /malformed at packages\.node_modules\/a\.version/,
  ],
  ['is of an old npm', '{"lockfileVersion":1,"dependencies":{}}', /no "packages".*newer npm/],
])('a lockfile that %s is refused', (_, text, message) => {
  expect(() => readLockfile(text)).toThrow(message);
});
