import { describe, expect, test } from 'vitest';
import { seedBlock } from '../../test/support/seed-block.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { readExportedConfig } from './exported-config.ts';
import { type Judgement, validateSource } from './validate-source.ts';

const judge = (code: string): Promise<Judgement> => validateSource(code, useTmpDir());
const inHandler = (line: string): string =>
  `export default async function handler(request, context) {\n  ${line}\n}\n`;

test('the format of seed 003 is without a fault, and its config is told', async () => {
  expect(await judge(seedBlock('003/function-format.js'))).toEqual({
    errors: [],
    warnings: [],
    config: {
      ...{ name: 'My Function', description: 'Example function', timeout: 30000, memory: 256 },
      env_required: ['API_KEY'],
    },
  });
});

test('a syntax error has its line and column', async () => {
  const { errors } = await judge(inHandler('return context.success({;'));
  expect(errors).toEqual([{ message: expect.stringContaining('";"'), line: 2, column: 27 }]);
});

test('source without a handler is an error', async () => {
  const { errors } = await judge('export const nothing = 1;');
  expect(errors).toEqual([
    { message: expect.stringContaining('There is no handler'), line: null, column: null },
  ]);
});

describe('warns with line and column of', () => {
  test.each([
    ['eval("1")', 'eval() makes code of a string'],
    ['globalThis.eval("1")', 'eval() makes code of a string'],
    ['new Function("return 1")', 'new Function() makes code'],
    ['setTimeout("go()", 1)', 'setTimeout() with a string'],
    ['"".constructor.constructor("x")', 'constructor.constructor() makes code'],
    ['process.exit(1)', 'process.exit() ends no process'],
    ['require("child_process")', 'The module "child_process" is used'],
    ['await import("node:fs/promises")', 'The module "fs/promises" is used'],
    ['while (true) { work(); }', 'This loop never ends'],
    ['for (;;);', 'This loop never ends'],
    ['do { for (const a of b) break; } while (1)', 'This loop never ends'],
    ['while (true) { list.forEach(() => { return 1; }); }', 'This loop never ends'],
  ])('%s', async (line, message) => {
    const { errors, warnings } = await judge(inHandler(line));
    expect(errors).toEqual([]);
    expect(warnings).toEqual([
      { message: expect.stringContaining(message), line: 2, column: expect.any(Number) },
    ]);
  });
});

test.each([
  'while (true) { if (done()) break; }',
  'for (;;) { if (done()) return 1; }',
  'outer: while (true) { for (;;) { if (done()) break outer; } }',
  'while (i < 3) i++;',
  'const evaluate = { eval() {} }; evaluate.eval();',
  'setTimeout(() => 1, 1)',
])('has no warning for %s', async (line) => {
  expect((await judge(inHandler(line))).warnings).toEqual([]);
});

test.each([
  ['a sum of 1,000 terms', `let a = ${'1+'.repeat(1000)}1; eval("1");`],
  ['a loop whose condition is one', `while (${'1+'.repeat(1000)}1) { if (done()) break; } eval("1");`],
  ['a list of 200,000 entries', `const a = [${'1,'.repeat(200_000)}]; eval("1");`],
  ['a call of 20,000 members', `a${'.b'.repeat(20_000)}(); eval("1");`],
])('looks beyond %s', async (_, line) => {
  expect((await judge(inHandler(line))).warnings).toEqual([
    { message: expect.stringContaining('eval()'), line: 2, column: expect.any(Number) },
  ]);
});

test('a sum of 20,000 terms, which is nested too deeply to be parsed, is an error as it is of a deployment', async () => {
  expect(await judge(inHandler(`return ${'1+'.repeat(20_000)}1;`))).toEqual({
    errors: [{ message: expect.stringContaining('could not be read'), line: null, column: null }],
    ...{ warnings: [], config: null },
  });
});

test('a place in TypeScript is the one that was written', async () => {
  const code = 'interface A {\n  b: number;\n}\n\nexport default (request: A) => {\n  eval("1");\n};\n';
  expect((await judge(code)).warnings).toMatchObject([{ line: 6, column: 3 }]);
});

test('an import of a module that is not here, at the top, is both: it may build, and is warned of', async () => {
  const { warnings } = await judge(`import { exec } from 'node:child_process';\n${inHandler('exec("ls")')}`);
  expect(warnings).toMatchObject([{ line: 1, column: 1 }]);
});

test('a config is read through names and arithmetic, and what cannot be told is left out', async () => {
  const code = `const settings = { timeout: 30 * 1000, name: \`a\`, memory: size() };\nexport { settings as config };\n${inHandler('')}`;
  expect(await judge(code)).toMatchObject({ errors: [], config: { timeout: 30000, name: 'a' } });
  expect(await readExportedConfig(code)).toEqual({ timeout: 30000, name: 'a' });
});

test.each([
  ['{ timeout: 900001 }', 'config.timeout is 900001: it must be milliseconds, 1 to 900000'],
  ['{ memory: 5000 }', 'config.memory is 5000: it must be MB, 1 to 4096'],
  ['{ env_required: "A" }', 'config.env_required is "A": it must be a list of names'],
])('a config that cannot be honoured is an error: %s', async (config, message) => {
  const code = `export const config = ${config};\n${inHandler('')}`;
  expect((await judge(code)).errors).toMatchObject([{ message: expect.stringContaining(message), line: 1 }]);
  await expect(readExportedConfig(code)).rejects.toThrow(message);
});

test('a config that only running could tell is warned of', async () => {
  const { config, warnings } = await judge(`export const config = make();\n${inHandler('')}`);
  expect(config).toBeNull();
  expect(warnings).toMatchObject([{ message: expect.stringContaining('without running the code') }]);
});
