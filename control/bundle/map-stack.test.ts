import { expect, it } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { bundle } from './bundle.ts';
import { mapStack } from './map-stack.ts';

const code = `import { parse } from './parse';
export async function handler(event) {
  return parse(event);
}`;
const files = {
  'index.ts': code,
  'parse.ts': 'export function parse(event: object) {\n  throw new Error("x");\n}',
};

async function built() {
  const { content } = await bundle(
    { code: files, handler: 'index.handler', convention: 'auto', dependencies: {} },
    { cacheDir: await useTmpDir() },
  );
  const lines = content.modules[0]?.content.split('\n') ?? [];
  const at = (text: string): string => {
    const line = lines.findIndex((one) => one.includes(text));
    return `${line + 1}:${(lines[line]?.indexOf(text) ?? -1) + 1}`;
  };
  return { map: content.sourceMap, at };
}

it('maps the user’s frames and drops those of the harness and the runtime', async () => {
  const { map, at } = await built();
  const stack = [
    'Error: x',
    `    at parse (index.js:${at('new Error')})`,
    `    at async file:///bundle/index.js:${at('return parse')}`,
    '    at async Harness.answer (selvedge.js:12:3)',
    '    at node-internal:internal_timers:10:1',
  ].join('\n');
  expect(mapStack(stack, map)).toBe(
    ['Error: x', '    at parse (parse.ts:2:9)', '    at async index.ts:3:3'].join('\n'),
  );
});

it('leaves what it does not know as it is', async () => {
  const { map } = await built();
  const stack =
    'RangeError: at most (index.js)\n    at <anonymous>\n    at index.js:9999:1\n    at Array.map (<anonymous>)';
  expect(mapStack(stack, map)).toBe(stack);
});

it('maps frames of ready-made modules, each by the map of its own', async () => {
  const { map, at } = await built();
  const stack = [
    'Error: x',
    `    at parse (worker.js:${at('new Error')})`,
    `    at lib/a.js:${at('return parse')}`,
    '    at other.js:1:1',
    '    at selvedge-entry.js:3:1',
  ].join('\n');
  expect(mapStack(stack, '', { 'worker.js': map, 'lib/a.js': map })).toBe(
    ['Error: x', '    at parse (parse.ts:2:9)', '    at index.ts:3:3', '    at other.js:1:1'].join('\n'),
  );
});
