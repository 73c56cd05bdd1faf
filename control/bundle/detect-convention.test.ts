import { describe, expect, it } from 'vitest';
import { analyzeModule } from './analyze-module.ts';
import { detectConvention } from './detect-convention.ts';
import type { ScriptLoader } from './source-files.ts';

async function detect(source: string, name = 'handler', loader: ScriptLoader = 'ts') {
  return detectConvention(await analyzeModule(source, loader), name);
}

describe('detectConvention', () => {
  it.each([
    ['export default { fetch() {} }', 'module'],
    ['export default { async scheduled() {} }', 'module'],
    ['const worker = { fetch() {} }; export default worker', 'module'],
    ['export default { fetch() {} } satisfies ExportedHandler<Env>', 'module'],
    [
      "import { Hono } from 'hono'; const app = new Hono(); app.get('/', c => c.text('x')); export default app",
      'module',
    ],
    ['export default class extends WorkerEntrypoint {}', 'module'],
    ["addEventListener('fetch', (event) => event.respondWith(new Response()))", 'module'],
    ["self.addEventListener('fetch', on); function on() {}", 'module'],
    ['export default async (request, context) => new Response(context.env.A)', 'fetch'],
    ['export default function () {}', 'fetch'],
    ['export async function GET(request: Request) {}', 'fetch'],
    ['export const POST = async () => {}', 'fetch'],
    ['export const handler = async (x: Request) => x', 'fetch'],
    ['export const handler = async ({ method, url }: Request) => url', 'fetch'],
    ['export const handler = async (x: NextRequest) => x', 'fetch'],
    ['export function handler(req) {}', 'fetch'],
    ['export const handler = middleware([cors(), async (req) => Response.json({})])', 'fetch'],
    ['exports.handler = async (request) => {}', 'fetch'],
    ['export async function handler(event, context) {}', 'event'],
    ['export const handler = ({ name }) => name', 'event'],
    ['export const handler = async () => 1', 'event'],
    ['async function handler(event) {}', 'event'],
    ['const handler = async (e) => {}', 'event'],
    ['exports.handler = async (event) => {}', 'event'],
    ['module.exports.handler = function (event, context, callback) {}', 'event'],
    ['module.exports = { handler: (event) => 1 }', 'event'],
    ["module.exports = require('some-package')", 'event'],
    ['export default async function (event) {}', 'event'],
    ['exports.handler = async (data, context) => {}', 'data'],
    ['module.exports = { handler }; function handler(data) {}', 'data'],
    ['export const handler = async (data) => data', 'data'],
    ['export default async function handler(request, context) { return context.success({}) }', 'baas'],
    ['export default (request, { error }) => error("no")', 'baas'],
    ['export default (req, ctx) => { ctx.log.info("x"); return { a: 1 } }', 'baas'],
    ['export default (request) => 1; export const config = { env_required: ["A"] }', 'baas'],
  ])('takes %s for %s', async (source, convention) => {
    expect(await detect(source)).toMatchObject({ convention });
  });

  it('does not take a Netlify or Vercel config for that of baas', async () => {
    const source =
      'export default (request, context) => new Response(); export const config = { path: "/a" }';
    expect(await detect(source)).toMatchObject({ convention: 'fetch' });
  });

  it('prefers the export that was named by the user to a default export', async () => {
    const source = 'export default { fetch() {} }; export function run(event) {}';
    expect(await detect(source, 'run')).toMatchObject({ convention: 'event' });
    expect(await detect(source, 'handler')).toMatchObject({ convention: 'module' });
  });

  it('finds no convention where nothing can be called', async () => {
    expect(await detect('export const limit = { a: 1 }; export function other() {}')).toEqual({
      convention: undefined,
    });
    expect(await detect('console.log("a script")')).toEqual({ convention: undefined });
  });

  it('says what it went by', async () => {
    expect(await detect('export const handler = async (x: Request) => x')).toEqual({
      convention: 'fetch',
      reason: 'the first parameter of "handler" has the type Request',
    });
  });
});

describe('analyzeModule', () => {
  it('reads exports in all their forms', async () => {
    const shape = await analyzeModule(
      `export const { a, b: [c] } = x; export class D {} export { e as 'f', g }; const e = 1, g = () => {};
       export * from './all.js'; export * as ns from './ns.js'; export { default } from './d.js';`,
      'ts',
    );
    expect([...shape.exports.keys()].sort()).toEqual(['D', 'a', 'c', 'default', 'f', 'g', 'ns']);
    expect(shape.reexports).toEqual(['./all.js']);
    expect(shape.syntax).toBe('esm');
  });

  it('reads CommonJS exports that are made inside of other statements', async () => {
    const shape = await analyzeModule(`if (1) { module.exports['one'] = () => 1 } exports.two = 2;`, 'jsx');
    expect([...shape.exports.keys()]).toEqual(['one', 'two']);
    expect(shape.syntax).toBe('commonjs');
  });

  it('knows decorators, JSX, hashbangs and sloppy scripts', async () => {
    expect((await analyzeModule('@d class A {} export default A', 'ts')).exports.get('default')).toEqual({
      kind: 'class',
    });
    expect((await analyzeModule('export default () => <b>x</b>', 'tsx')).exports.has('default')).toBe(true);
    expect((await analyzeModule('#!/usr/bin/env node\nexports.a = 1', 'jsx')).exports.has('a')).toBe(true);
  });
});
