// Goal: code as people have it answers in the real workerd as the interface's table promises.
// Method: each handler is bundled with the convention left to be found, started, called over HTTP, and its
// response, its console lines and the convention that was chosen are compared.

import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { availableBuiltins } from '../../control/bundle/node-builtins.ts';
import type { Code } from '../../control/model/function.ts';
import { type TestRequest, useBundledFunction } from '../support/use-bundled-function.ts';

const FIXTURES = new URL('../fixtures/functions/', import.meta.url);

async function fixture(name: string): Promise<Code> {
  const dir = new URL(`${name}/`, FIXTURES);
  const files = await readdir(dir);
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(new URL(file, dir), 'utf8')] as const)),
  );
}

const json = (value: unknown): TestRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

interface Case {
  readonly name: string;
  readonly code: Code | { readonly fixture: string };
  readonly handler?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly convention: string;
  readonly path?: string;
  readonly request?: TestRequest;
  readonly status?: number;
  readonly body: unknown;
  readonly logs?: readonly string[];
}

const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown;

// The seeds' own snippets, character by character; what a snippet calls but does not define is put before it.
const seeds: readonly Case[] = [
  {
    name: '000, a simple handler',
    code: `// Simple handler function
exports.handler = async (data, context) => {
  console.log('Received data:', data);
  
  return {
    message: 'Hello from CloudBox!',
    timestamp: new Date().toISOString(),
    input: data
  };
};`,
    convention: 'data',
    request: json({ name: 'Ada' }),
    body: { message: 'Hello from CloudBox!', timestamp: iso, input: { name: 'Ada' } },
    logs: ["Received data: { name: 'Ada' }"],
  },
  {
    name: '000, in one line',
    code: 'exports.handler = async (data) => { return { status: "success" }; }',
    handler: 'handler',
    convention: 'data',
    request: json({}),
    body: { status: 'success' },
  },
  {
    name: '000, modular',
    code: `// Good: Modular and testable
const validateInput = (data) => {
  if (!data.email) throw new Error('Email required');
  if (!data.name) throw new Error('Name required');
};

const processUser = async (userData) => {
  // Business logic here
  return { id: 'user123', status: 'created' };
};

exports.handler = async (data, context) => {
  try {
    validateInput(data);
    const result = await processUser(data);
    return { success: true, data: result };
  } catch (error) {
    console.error('Handler error:', error.message);
    return { success: false, error: error.message };
  }
};`,
    convention: 'data',
    path: '/?name=Ada',
    body: { success: false, error: 'Email required' },
    logs: ['Handler error: Email required'],
  },
  {
    name: '001, a Lambda result',
    code: `// Simple synchronous function
export async function handler(event) {
  console.log('Function invoked with:', event)
  return {
    statusCode: 200,
    body: JSON.stringify({ message: 'Hello World' })
  }
}`,
    convention: 'event',
    request: json({ name: 'World' }),
    body: { message: 'Hello World' },
    logs: ["Function invoked with: { name: 'World' }"],
  },
  {
    name: '001, with context',
    code: `// Function with context
export async function handler(event, context) {
  console.log('Function:', context.functionName)
  console.log('Project:', context.projectId)
  console.log('Invocation ID:', context.invocationId)

  return event
}`,
    convention: 'event',
    request: {
      ...json({ a: [1] }),
      headers: { 'content-type': 'application/json', 'x-request-id': 'req-7' },
    },
    body: { a: [1] },
    logs: ['Function: hello', 'Project: shop', 'Invocation ID: req-7'],
  },
  {
    name: '001, a string',
    code: `export async function handler(event) {
  return "Just a string"
}`,
    convention: 'event',
    body: 'Just a string',
  },
  {
    name: '002, a bare function',
    code: "async function handler(event) { return { message: 'Hello!', input: event }; }",
    handler: 'handler',
    convention: 'event',
    request: json({ name: 'World', value: 123 }),
    body: { message: 'Hello!', input: { name: 'World', value: 123 } },
  },
  {
    name: "002, with require('https')",
    code: `const https = require('https');

async function handler(event) {
  return new Promise((resolve, reject) => {
    https.get(event.url, (res) => {
      let data = '';
      res.on('data', (chunk) => data += chunk);
      res.on('end', () => resolve({ status: res.statusCode, data }));
    }).on('error', reject);
  });
}`,
    handler: 'handler',
    convention: 'event',
    // Nothing may be reached from here: that the builtin complains shows that it was called.
    request: json({ url: 'http://not-https.test/' }),
    status: 500,
    body: {
      error: { code: 'FN_004', message: expect.stringMatching(/https/) as unknown },
      request_id: expect.any(String) as unknown,
    },
  },
  {
    name: '003',
    code: `export default async function handler(request, context) {
  // Function logic here
  const { name } = request.body;
  
  // Use context for platform services
  context.log.info('Processing request', { name });
  
  // Return success response
  return context.success({ message: \`Hello, \${name}!\` });
}

export const config = {
  name: 'My Function',
  description: 'Example function',
  timeout: 30000,
  memory: 256,
  env_required: ['API_KEY']
};`,
    convention: 'baas',
    env: { API_KEY: 'k' },
    request: json({ name: 'Ada' }),
    body: { success: true, data: { message: 'Hello, Ada!' } },
    logs: ["Processing request { name: 'Ada' }"],
  },
  {
    name: '004',
    code: `export async function handler(req: Request): Promise<Response> {
  const { method, url, headers, body } = req;

  if (method === "POST") {
    const data = await req.json();
    // Process data
    return Response.json({ success: true, data });
  }

  return Response.json({ error: "Method not allowed" }, { status: 405 });
}`,
    convention: 'fetch',
    request: json({ id: 1 }),
    body: { success: true, data: { id: 1 } },
  },
];

const others: readonly Case[] = [
  {
    name: 'the data fixture, by its mount',
    code: { fixture: 'data' },
    convention: 'data',
    path: '/?name=Ada',
    request: { headers: { 'x-selvedge-mount': '/p/1/functions/my-function' } },
    body: { greeting: 'Hello, Ada!', method: 'GET', path: '/p/1/functions/my-function' },
  },
  {
    name: 'the event fixture, with a status',
    code: { fixture: 'event' },
    convention: 'event',
    request: json({ status: 418 }),
    status: 418,
    body: { event: { status: 418 } },
  },
  {
    name: 'the baas fixture',
    code: { fixture: 'baas' },
    env: { GREETING: 'hi' },
    convention: 'baas',
    request: json({}),
    status: 400,
    body: { success: false, error: { message: 'Name is required', code: 'VALIDATION_ERROR' } },
  },
  {
    name: 'the baas fixture without its variable',
    code: { fixture: 'baas' },
    convention: 'baas',
    request: json({ name: 'Ada' }),
    status: 500,
    body: {
      error: { code: 'FN_004', message: expect.stringContaining('GREETING, which is not set') as unknown },
      request_id: expect.any(String) as unknown,
    },
  },
  {
    name: 'the fetch fixture',
    code: { fixture: 'fetch' },
    convention: 'fetch',
    request: { method: 'DELETE' },
    status: 405,
    body: { error: 'Method DELETE is not allowed.' },
  },
  {
    name: 'the module fixture, without the platform among its bindings',
    code: { fixture: 'module' },
    env: { GREETING: 'hi' },
    convention: 'module',
    path: '/a',
    body: { pathname: '/a', greeting: 'hi', bindings: ['GREETING'] },
    logs: ['after the response'],
  },
  {
    name: 'the module fixture, a text import',
    code: { fixture: 'module' },
    convention: 'module',
    path: '/page',
    body: '<h1>A page</h1>\n',
  },
  {
    name: 'the service worker fixture',
    code: { fixture: 'service-worker' },
    env: { GREETING: 'hi' },
    convention: 'module',
    body: 'hi from a service worker',
  },
  {
    name: 'a WorkerEntrypoint class',
    code: `import { WorkerEntrypoint } from 'cloudflare:workers';
export default class extends WorkerEntrypoint<{ A: string }> {
  async fetch() { this.ctx.waitUntil(Promise.resolve()); return Response.json([this.env.A, Object.keys(this.env)]); }
}`,
    env: { A: 'a' },
    convention: 'module',
    body: ['a', ['A']],
  },
  {
    name: 'exports that workerd itself refuses',
    code: 'export const limit = 3; export const name = "x"; export default { fetch: () => new Response("ok") };',
    convention: 'module',
    body: 'ok',
  },
  {
    name: 'process.env',
    code: 'export const handler = (event) => [process.env.A, "__selvedge" in process.env, process.env.__selvedge]',
    env: { A: 'a' },
    convention: 'event',
    body: ['a', false, null],
  },
  {
    name: "CommonJS with a user's own files, JSON and builtins",
    code: {
      'index.js': "const { run } = require('./lib/run');\nmodule.exports = { handler: run };",
      'lib/run.js':
        "const EventEmitter = require('events'); const path = require('node:path'); const data = require('../data.json');\nexports.run = (event) => ({ made: new EventEmitter() instanceof EventEmitter, base: path.basename('/a/b'), data });",
      'data.json': '{"n":1}',
    },
    convention: 'event',
    body: { made: true, base: 'b', data: { n: 1 } },
  },
  {
    name: 'Wasm as a module',
    code: {
      'index.ts':
        "import wasm from './empty.wasm';\nexport default { fetch: () => Response.json(wasm instanceof WebAssembly.Module) };",
      'empty.wasm': { base64: 'AGFzbQEAAAA=' },
    },
    convention: 'module',
    body: true,
  },
  {
    name: 'a callback',
    code: 'exports.handler = (event, context, callback) => { setTimeout(() => callback(null, { got: event.a }), 1); }',
    convention: 'event',
    request: json({ a: 1 }),
    body: { got: 1 },
  },
];

async function check(one: Case): Promise<void> {
  const code =
    typeof one.code === 'object' && typeof one.code.fixture === 'string' && Object.keys(one.code).length === 1
      ? await fixture(one.code.fixture)
      : (one.code as Code);
  const run = await useBundledFunction({ code, ...(one.handler ? { handler: one.handler } : {}) }, one.env);
  expect(run.bundle.content.convention, run.bundle.logs.join('\n')).toBe(one.convention);
  const response = await run.fetch(one.path, one.request);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  expect(isJson ? JSON.parse(text) : text).toEqual(one.body);
  expect(response.status).toBe(one.status ?? 200);
  if (one.logs) {
    const { logs } = one;
    const lines = await run.linesUntil((seen) => seen.length >= logs.length);
    expect(lines.map((line) => (line.k === 'log' ? line.m : line.k))).toEqual(logs);
  }
}

describe('the seeds’ own handlers', () => {
  it.each(seeds)('answers: $name', check);
});

describe('one handler of each kind', () => {
  it.each(others)('answers: $name', check);
});

describe('Node’s modules', () => {
  it('has each module that the bundler lets through', async () => {
    const names = availableBuiltins();
    const code = `${names.map((name, index) => `import * as m${index} from '${name}';`).join('\n')}
export default { fetch: () => Response.json([${names.map((_, index) => `'default' in m${index}`).join(',')}]) };`;
    const run = await useBundledFunction({ code });
    expect(await (await run.fetch()).json()).toEqual(names.map(() => true));
  });
});
