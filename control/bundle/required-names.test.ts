import { expect, test } from 'vitest';
import { requiredNames } from './required-names.ts';

const handler = 'export default (request, context) => context.success();';
const requires = (list: string): string => `export const config = { env_required: ${list} };\n${handler}`;

test.each([
  ['inline source', requires("['A', 'B']"), ['A', 'B']],
  [
    'the entry of several files',
    { 'src/index.ts': requires("['A']"), 'src/other.ts': requires("['B']") },
    ['A'],
  ],
  [
    'the file that package.json names',
    { 'package.json': '{"main":"run.js"}', 'run.js': requires("['C']"), 'x.js': '' },
    ['C'],
  ],
  ['a list that only running it would tell', requires('names()'), []],
  ['no config', handler, []],
])('of %s', async (_, code, names) => {
  expect(await requiredNames(code as Parameters<typeof requiredNames>[0], 'index.handler')).toEqual(names);
});
