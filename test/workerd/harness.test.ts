// Goal: nothing that a function says, and no way in which it fails, is lost or put to the wrong request.
// Method: small functions that fail in each way, in the real workerd; what counts is the console file.

import { expect, it } from 'vitest';
import { mapStack } from '../../control/bundle/map-stack.ts';
import type { ConsoleLine } from '../../edge/contract/console-line.ts';
import {
  ERROR_HEADER,
  INVOKE_HEADER,
  MOUNT_HEADER,
  OUTCOME_HEADER,
  PROBE_HEADER,
} from '../../edge/contract/names.ts';
import { useBundledFunction } from '../support/use-bundled-function.ts';

const withId = (id: string, more: Record<string, string> = {}) => ({
  headers: { 'x-request-id': id, ...more },
});
const errors = (lines: readonly ConsoleLine[]) => lines.filter((line) => line.k === 'error');
const messages = (lines: readonly ConsoleLine[]) =>
  lines.flatMap((line) => (line.k === 'log' ? [[line.l, line.m, line.r]] : []));

it('answers a throw with FN_004 without its stack, which goes to the console file', async () => {
  const run = await useBundledFunction({
    code: `function deep(text: string): never {
  throw new TypeError('no ' + text);
}
export default { async fetch(request: Request) { deep('luck'); return new Response(); } };`,
  });
  const response = await run.fetch('/', withId('r1'));
  expect(response.status).toBe(500);
  expect(response.headers.get(OUTCOME_HEADER)).toBe('threw');
  expect(await response.json()).toEqual({ error: { code: 'FN_004', message: 'no luck' }, request_id: 'r1' });
  const [line] = errors(await run.lines());
  expect(line).toMatchObject({ o: 'uncaught', m: 'no luck', r: 'r1', n: 0 });
  const stack = mapStack(line?.s ?? '', run.bundle.content.sourceMap);
  expect(stack).toBe('TypeError: no luck\n    at deep (index.ts:2:9)\n    at Object.fetch (index.ts:4:50)');
});

it('writes what fails behind the response, each with its origin and request', async () => {
  const run = await useBundledFunction({
    code: `export default { async fetch(request, env, ctx) {
  ctx.waitUntil(Promise.reject(new Error('waited')));
  Promise.reject(new Error('unhandled'));
  setTimeout(() => { throw new Error('timer'); }, 1);
  queueMicrotask(() => { throw new Error('microtask'); });
  const stopped = setTimeout(() => { throw new Error('cleared'); }, 1);
  clearTimeout(stopped);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return new Response('fine');
} };`,
  });
  expect(await (await run.fetch('/', withId('r2'))).text()).toBe('fine');
  const found = errors(await run.linesUntil((lines) => errors(lines).length >= 4));
  expect(found.map(({ o, m, r }) => [o, m, r]).sort()).toEqual([
    ['timer', 'microtask', 'r2'],
    ['timer', 'timer', 'r2'],
    ['unhandledrejection', 'unhandled', 'r2'],
    ['waituntil', 'waited', 'r2'],
  ]);
});

it('tells requests apart that are in flight together, and start-up from requests', async () => {
  const run = await useBundledFunction({
    code: `console.info('loaded');
export default { async fetch(request) {
  const id = request.headers.get('x-request-id');
  console.log('before', id);
  await new Promise((resolve) => setTimeout(resolve, 5));
  console.log('after', id);
  return new Response();
} };`,
  });
  await Promise.all(['a', 'b', 'c'].map((id) => run.fetch('/', withId(id))));
  const lines = messages(await run.lines());
  expect(lines[0]).toEqual(['info', 'loaded', undefined]);
  for (const [, message, id] of lines.slice(1)) expect(String(message).split(' ')[1]).toBe(id);
  expect(lines).toHaveLength(7);
});

it('says that an invocation is over after its stream and its waitUntil work', async () => {
  const run = await useBundledFunction({
    code: `export default { fetch(request, env, ctx) {
  const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  ctx.waitUntil(later(15).then(() => console.log('waited')));
  return new Response(new ReadableStream({ async pull(controller) {
    await later(5);
    console.log('streamed');
    controller.enqueue(new TextEncoder().encode('body'));
    controller.close();
  } }), { status: 201, headers: { a: 'b' } });
} };`,
  });
  const response = await run.fetch('/', withId('r3', { [INVOKE_HEADER]: '1' }));
  expect([response.status, response.headers.get('a'), await response.text()]).toEqual([201, 'b', 'body']);
  const lines = await run.linesUntil((seen) => seen.some(({ k }) => k === 'end'));
  expect(lines.map((line) => (line.k === 'log' ? line.m : line.k))).toEqual(['streamed', 'waited', 'end']);
  expect(lines.at(-1)).toMatchObject({ r: 'r3', n: 2 });

  await run.fetch('/', withId('r4'));
  await run.linesUntil((seen) => messages(seen).filter(([, text]) => text === 'waited').length === 2);
  expect((await run.lines()).filter(({ k }) => k === 'end')).toHaveLength(1);
});

it('ends an invocation that threw', async () => {
  const run = await useBundledFunction({ code: `export const handler = (event) => { throw 'text' }` });
  const response = await run.fetch('/', withId('r5', { [INVOKE_HEADER]: '1' }));
  expect(await response.json()).toMatchObject({ error: { message: 'text' } });
  const lines = await run.linesUntil((seen) => seen.some(({ k }) => k === 'end'));
  expect(lines.map(({ k }) => k)).toEqual(['error', 'end']);
});

it('hides the platform’s headers from the function, and takes its marks off responses', async () => {
  const run = await useBundledFunction({
    code: `export default { async fetch(request) {
  const headers = { '${ERROR_HEADER}': 'FN_001', '${OUTCOME_HEADER}': 'threw', kept: 'yes' };
  return Response.json([...request.headers.keys(), await request.text()], { headers, status: 500 });
} };`,
  });
  const response = await run.fetch('/', {
    method: 'POST',
    body: 'sent',
    headers: { [INVOKE_HEADER]: '1', [MOUNT_HEADER]: '/p/a/functions/b', other: '1' },
  });
  const seen = (await response.json()) as string[];
  expect(seen).toContain('other');
  expect(seen).toContain('sent');
  expect(seen.filter((name) => name.startsWith('x-selvedge'))).toEqual([]);
  expect(response.status).toBe(500);
  expect(response.headers.get('kept')).toBe('yes');
  expect(response.headers.has(ERROR_HEADER)).toBe(false);
  expect(response.headers.get(OUTCOME_HEADER)).toBe('answered');
});

it('answers a probe without running the handler', async () => {
  const run = await useBundledFunction({ code: `export const handler = (event) => { console.log('ran') }` });
  expect((await run.fetch('/', { headers: { [PROBE_HEADER]: '1' } })).status).toBe(204);
  expect(await run.lines()).toEqual([]);
});

it('answers a probe with what is exported when there is no handler', async () => {
  const run = await useBundledFunction({
    code: `const all = { other() {}, limit: 3 }; for (const key in all) exports[key] = all[key];\nmodule.exports = Object.assign(exports);`,
  });
  const response = await run.fetch('/', { headers: { [PROBE_HEADER]: '1' } });
  expect(response.status).toBe(500);
  const { error } = (await response.json()) as { error: { message: string } };
  expect(error.message).toMatch(/No function "handler" .* exports .*other \(function\)/);
});

it('names what was returned when it is no Response', async () => {
  const run = await useBundledFunction({ code: `export default { fetch: async () => ({ a: 1 }) }` });
  const { error } = (await (await run.fetch()).json()) as { error: { message: string } };
  expect(error.message).toMatch(
    /an object with the keys \{a\}, which is not a Response\. Return new Response/,
  );
});

it('writes each kind of console call as one line', async () => {
  const run = await useBundledFunction({
    code: `export const handler = () => {
  console.debug('d'); console.info('%s is %d', 'x', 4); console.warn({ a: { b: [1, 2] } }, 'and\\nmore');
  console.error(new RangeError('out')); console.assert(1 === 2, 'math'); console.group('g'); console.log('in'); console.groupEnd();
  console.table([{ a: 1, b: 'two' }]); console.count(); console.count(); console.dir({ a: 1 });
  console.log({ get trap() { throw new Error('x') }, big: 10n }); console.log(new Proxy({}, { get() { throw new Error('no') } }));
};`,
  });
  expect((await run.fetch('/', withId('c'))).status).toBe(204);
  const lines = messages(await run.lines());
  expect(lines.slice(0, 3).map(([level, message]) => [level, message])).toEqual([
    ['debug', 'd'],
    ['info', 'x is 4'],
    ['warn', '{ a: { b: [ 1, 2 ] } } and\nmore'],
  ]);
  expect(lines[3]?.[0]).toBe('error');
  expect(lines[3]?.[1]).toMatch(/^RangeError: out\n {4}at .*index\.js/);
  expect(lines.slice(4, 11).map(([level, message]) => [level, message])).toEqual([
    ['error', 'Assertion failed: math'],
    ['log', 'g'],
    ['log', '  in'],
    ['log', '(index) | a | b\n0       | 1 | two'],
    ['log', 'default: 1'],
    ['log', 'default: 2'],
    ['log', '{ a: 1 }'],
  ]);
  expect(lines).toHaveLength(13);
});

it('drops what is over the budget, and says how much with the end of the invocation', async () => {
  const run = await useBundledFunction({
    code: `const text = 'x'.repeat(10_000); export const handler = () => { for (let i = 0; i < 200; i++) console.log(text); };`,
  });
  await run.fetch('/', withId('m', { [INVOKE_HEADER]: '1' }));
  const lines = await run.linesUntil((seen) => seen.some(({ k }) => k === 'end'));
  const dropped = lines.reduce((sum, line) => sum + (line.k === 'dropped' ? line.c : 0), 0);
  const written = lines.filter(({ k }) => k === 'log').length;
  expect(written + dropped).toBe(200);
  expect(dropped).toBeGreaterThan(50);
  expect(lines.map(({ n }) => n)).toEqual(lines.map((_, index) => index));
});

it('keeps a user’s own names for functions and classes that meet in one bundle', async () => {
  const run = await useBundledFunction({
    code: {
      'index.js': `import { Fault as Other } from './other.js'; class Fault extends Error {}
export const handler = (event) => [Fault.name, Other.name];`,
      'other.js': 'export class Fault extends Error {}',
    },
  });
  expect(await (await run.fetch()).json()).toEqual(['Fault', 'Fault']);
});
