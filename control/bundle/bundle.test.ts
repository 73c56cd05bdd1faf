import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { AppError } from '../model/errors.ts';
import type { Code } from '../model/function.ts';
import { bundle } from './bundle.ts';
import type { BundleInput } from './types.ts';

const make = async (code: Code, more: Partial<BundleInput> = {}) =>
  bundle(
    { code, handler: 'index.handler', convention: 'auto', dependencies: {}, ...more },
    { cacheDir: await useTmpDir() },
  );

async function failure(code: Code, more: Partial<BundleInput> = {}): Promise<AppError> {
  const error = await make(code, more).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).code).toBe('FN_005');
  return error as AppError;
}

describe('bundle', () => {
  it('gives the same bytes for the same source, whatever the cache and the order of files', async () => {
    const files = {
      'index.ts': "export { handler } from './b'",
      'b.ts': 'export const handler = (event) => 1',
    };
    const first = await make(files);
    const other = { code: Object.fromEntries(Object.entries(files).reverse()) };
    const second = await make(other.code);
    expect(second.hash).toBe(first.hash);
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(Buffer.from(first.bytes).toString()).not.toContain(tmpdir());
  });

  it.each([{ a: 'file:/etc' }, { b: { '.': 'git+ssh://host/x' } }, { c: { d: { e: '/etc' } } }])(
    'refuses overrides that read files or run git: %o',
    async (overrides) => {
      const files = {
        'index.js': 'exports.handler = () => 1',
        'package.json': JSON.stringify({ overrides }),
      };
      expect((await failure(files)).message).toMatch(/must be a version range of the registry/);
    },
  );

  it('reads no file of the machine that a tsconfig.json names', async () => {
    const outside = join(useTmpDir(), 'secret.json');
    writeFileSync(outside, 'root:x:0:0');
    const made = await make({
      'index.ts': 'export const handler = (event: unknown) => event',
      'tsconfig.json': JSON.stringify({ extends: outside, compilerOptions: { strict: true } }),
    });
    expect(Buffer.from(made.bytes).toString()).not.toContain('root:x');
    expect(made.logs.join()).toContain('"extends", which a build does not follow');
    expect(made.logs.join()).not.toContain('root');
  });

  it('gives other bytes for another convention', async () => {
    const code = 'export const handler = (event) => 1';
    expect((await make(code)).hash).not.toBe((await make(code, { convention: 'fetch' })).hash);
  });

  it('has the entry first, the harness beside it, and the user’s names in the map', async () => {
    const { content, logs } = await make({
      'src/index.ts': "import './a'; export default { fetch() {} }",
      'src/a.ts': 'globalThis.a = 1',
    });
    expect(content.modules.map(({ name }) => name)).toEqual(['index.js', 'selvedge.js']);
    const map = JSON.parse(content.sourceMap) as { sources: string[] };
    expect(map.sources.sort()).toEqual(['selvedge/index', 'src/a.ts', 'src/index.ts']);
    expect(logs).toContain('entry: src/index.ts (src/index.ts is where an entry usually is)');
  });

  it('logs what auto chose, why, and how to choose otherwise', async () => {
    const { logs } = await make('export async function handler(req) { return new Response() }');
    expect(logs.at(-1)).toMatch(/^convention: fetch, since .* named "req".* set "convention": "event"/);
  });

  it('keeps a convention that was set against what it looks like', async () => {
    const { content } = await make('export function handler(req) {}', { convention: 'event' });
    expect(content.convention).toBe('event');
  });

  it('takes JavaScript, JSX, TypeScript and its casts as inline code', async () => {
    for (const code of [
      'export const handler = (event) => a<b>(c); const a = 1, b = 2, c = 3;',
      '/** @jsx h */ const h = (tag) => tag; export const handler = () => <b>x</b>;',
      'export const handler = (event: { a: number }): number => event.a as number;',
      'export const handler = (event) => <number>event;\nconst one = <T>(x: T) => x;',
      'enum A { B } export const handler = (event) => A.B;',
    ])
      await make(code);
  });

  it('tells the place of a syntax error, counted from one, with the code around it', async () => {
    const error = await failure(
      'export function handler(event) {\n return expensiveSync Computation(event)\n}',
    );
    expect(error.message).toMatch(/^index\.js:2:23: Expected ";" but found "Computation"\n/);
    expect(error.message).toContain('return expensiveSync Computation(event)');
    expect(error.details.issues).toEqual([
      { message: 'Expected ";" but found "Computation"', file: 'index.js', line: 2, column: 23 },
    ]);
    expect(error.details.buildLogs?.join('\n')).toContain('index.js:2:23:');
  });

  it('reports the error of TypeScript for what is TypeScript', async () => {
    const error = await failure(
      'interface A { a: number }\nexport const handler = (event: A) => { return event. };',
    );
    expect(error.details.issues?.[0]).toMatchObject({ file: 'index.ts', line: 2 });
  });

  it('names a file of the map in its errors', async () => {
    const error = await failure({
      'index.ts': "import './lib/a'; export default {fetch(){}}",
      'lib/a.ts': 'const = 1',
    });
    expect(error.details.issues?.[0]).toMatchObject({ file: 'lib/a.ts', line: 1, column: 7 });
  });

  it.each([
    [
      "import x from 'left-pad'; export default { fetch: () => x }",
      /"left-pad", which index\.js imports.*"dependencies"/,
    ],
    ["import x from '@a/b/c'; export default { fetch: () => x }", /Add "@a\/b" to/],
    [
      "import x from './gone'; export default { fetch: () => x }",
      /"\.\/gone".*not among the function's files: index\.js/,
    ],
    ["import x from '/etc/passwd'; export default { fetch: () => x }", /absolute path/],
    ["import x from '../../etc/passwd'; export default { fetch: () => x }", /not among/],
    ["import x from 'file:///etc/passwd'; export default { fetch: () => x }", /absolute path/],
    ["import x from 'https://esm.test/a'; export default { fetch: () => x }", /from the network/],
    ["import x from 'node:sea'; export default { fetch: () => x }", /isolates do not have/],
    ["import x from 'node:nothing'; export default { fetch: () => x }", /isolates do not have/],
    ["import x from 'entry:index'; export default { fetch: () => x }", /could not be found/],
    ["import x from 'user:index.js'; export default { fetch: () => x }", /could not be found/],
    [
      'export const other = () => 1',
      /index\.js has no function "handler".*It exports other\. Set "handler" to "index\.other"/,
    ],
    ['console.log(1)', /It exports nothing/],
  ])('refuses %s', async (code, message) => {
    expect((await failure(code)).message.split('\n')[0]).toMatch(message);
  });

  it('names the files there are when the handler’s is missing', async () => {
    const error = await failure({ 'a.ts': '', 'b.ts': '' }, { handler: 'main.run' });
    expect(error.message).toMatch(/"main\.run".*a\.ts, b\.ts/);
  });

  it('refuses a package.json that is not JSON, and ranges that lead to this machine', async () => {
    const index = { 'index.js': 'exports.handler = (event) => 1' };
    expect((await failure({ ...index, 'package.json': '{' })).message).toMatch(/package\.json is not JSON/);
    const linked = JSON.stringify({ dependencies: { a: 'file:/etc' } });
    expect((await failure({ ...index, 'package.json': linked })).message).toMatch(
      /"a" has the range "file:\/etc"/,
    );
  });

  it('refuses a lockfile that takes a package from elsewhere than a registry', async () => {
    const error = await failure({
      'index.js': 'exports.handler = (event) => 1',
      'package.json': JSON.stringify({ dependencies: { a: '1.0.0' } }),
      'package-lock.json': JSON.stringify({
        packages: { 'node_modules/a': { resolved: '../a', link: true } },
      }),
    });
    expect(error.message).toMatch(/takes node_modules\/a from "\.\.\/a"; packages must come from a registry/);
    expect(error.details.buildLogs?.[0]).toMatch(/^entry: index\.js/);
  });

  it('warns of a module of Node that does nothing in an isolate', async () => {
    const { logs } = await make("import cp from 'child_process'; export const handler = (event) => cp;");
    expect(logs.join('\n')).toMatch(/warning: index\.js imports "child_process"/);
  });

  it('stops when it is aborted', async () => {
    const code = 'export const handler = (event) => 1';
    const input = { code, handler: 'handler', convention: 'auto', dependencies: {} } as const;
    await expect(bundle(input, { cacheDir: await useTmpDir(), signal: AbortSignal.abort() })).rejects.toThrow(
      'aborted',
    );
  });
});
