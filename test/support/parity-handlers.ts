// The handlers that `functions dev` and a platform are held against each other with: each convention, and each part
// of HTTP that something on the way might touch.

import { gzipSync } from 'node:zlib';
import type { ExchangeRequest } from './exchange.ts';

export type ParityRequest = ExchangeRequest & {
  /** Sent without an `x-request-id`, so that the server makes one. */
  readonly freshId?: true;
  /** In place of the function's own. */
  readonly host?: string;
};

export interface ParityHandler {
  /** The function's name. */
  readonly name: string;
  /** A folder of `test/fixtures/functions/`, or files. */
  readonly fixture?: string;
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Each with the status that it is to have. */
  readonly requests: readonly (readonly [number, ParityRequest])[];
}

const js = (text: string): Record<string, string> => ({ 'index.js': text });
const get = (path: string, headers: Readonly<Record<string, string>> = {}): ParityRequest => ({
  path,
  headers,
});
const post = (body: ExchangeRequest['body'], type: string, path = '/'): ParityRequest => ({
  method: 'POST',
  path,
  headers: {
    'content-type': type,
    ...((typeof body === 'string' || Buffer.isBuffer(body)) && {
      'content-length': String(Buffer.byteLength(body)),
    }),
  },
  ...(body !== undefined && { body }),
});
const json = (value: unknown, path = '/'): ParityRequest =>
  post(JSON.stringify(value), 'application/json', path);

/** `(module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))` */
const ADD_WASM = Buffer.from(
  '0061736d0100000001070160027f7f017f03020100070701036164640000' + '0a09010700200020016a0b',
  'hex',
);
const MULTIPART = [
  ...['--xyz', 'content-disposition: form-data; name="a"', '', 'one'],
  ...['--xyz', 'content-disposition: form-data; name="f"; filename="f.txt"', 'content-type: text/plain'],
  ...['', 'file', '--xyz--', ''],
].join('\r\n');
const echoes = `export default async (request) => new Response(request.body, {
  headers: { 'content-type': request.headers.get('content-type') ?? 'none', 'x-length': request.headers.get('content-length') ?? 'none' },
});`;

export const handlers: readonly ParityHandler[] = [
  {
    ...{ name: 'fix-module', fixture: 'module' },
    requests: [
      [200, get('/any')],
      [200, get('/page')],
      [200, { path: '/fresh', freshId: true }],
      [200, get('/p/default/functions/fix-module/below')],
    ],
  },
  {
    ...{ name: 'fix-fetch', fixture: 'fetch' },
    requests: [
      [200, get('/?id=7')],
      [201, json({ id: 3 })],
      [405, { method: 'DELETE' }],
      [500, post('{', 'application/json')],
    ],
  },
  {
    ...{ name: 'fix-event', fixture: 'event' },
    requests: [
      [200, json({ a: [1, 'ü'] })],
      [418, json({ status: 418 })],
      [500, json({ fail: 'now' })],
      [200, get('/?a=1&a=2')],
      [400, post('{"a":', 'application/json')],
    ],
  },
  {
    ...{ name: 'fix-data', fixture: 'data' },
    requests: [
      [200, get('/x?name=Ada')],
      [200, json({ name: 'Bob' })],
      [500, json({})],
    ],
  },
  {
    ...{ name: 'fix-baas', fixture: 'baas' },
    requests: [
      [200, json({ name: 'Ada' })],
      [400, json({})],
    ],
  },
  { ...{ name: 'fix-service-worker', fixture: 'service-worker' }, requests: [[200, get('/')]] },
  {
    name: 'statuses',
    files: js(
      `export default ({ url }) => new Response([204, 205, 304].includes(+new URL(url).pathname.slice(1)) ? null : 'body', { status: +new URL(url).pathname.slice(1) });`,
    ),
    requests: [200, 201, 202, 203, 204, 205, 304, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504, 599].map(
      (status) => [status, get(`/${status}`)] as const,
    ),
  },
  {
    name: 'status-text',
    files: js(`export default () => new Response('x', { status: 299, statusText: 'Quite Fine' });`),
    requests: [[299, get('/')]],
  },
  {
    name: 'headers',
    files: js(`export default () => {
      const headers = new Headers({ 'X-Mixed-Case': 'a', 'x-empty': '', 'x-long': 'v'.repeat(4000), vary: 'accept' });
      headers.append('x-two', '1'); headers.append('x-two', '2'); headers.append('cache-control', 'max-age=60');
      headers.append('etag', '"abc"'); headers.append('x-latin', 'caf\\u00e9');
      return new Response('ok', { headers });
    };`),
    requests: [
      [200, get('/')],
      [200, get('/', { 'if-none-match': '"abc"', range: 'bytes=0-0' })],
    ],
  },
  {
    name: 'sees-request',
    files: js(`export default (request) => {
      const { method, url, redirect, cf } = request;
      return Response.json({ method, url, redirect, cf: cf ?? null, headers: [...request.headers] });
    };`),
    requests: [
      [
        200,
        get('/a%20b/%C3%BC?q=%26&r=a+b&empty', { cookie: 'a=1; b=2', 'accept-encoding': 'br', 'x-a': 'b' }),
      ],
      [200, get('/', { 'x-selvedge-mount': '/forged', 'x-selvedge-invoke': '1', 'cf-blob': '{}' })],
      [200, get('/', { authorization: 'Bearer of-its-own', 'x-forwarded-for': '192.0.2.1', te: 'trailers' })],
      [200, get('//double//slash/../up')],
      [200, { method: 'PUT', path: '/put', headers: { 'content-length': '2' }, body: 'ab' }],
      [200, { method: 'PATCH', path: '/patch' }],
      [200, { method: 'DELETE', path: '/delete' }],
    ],
  },
  {
    name: 'cookies',
    files: js(`export default (request) => {
      const response = new Response(request.headers.get('cookie'));
      response.headers.append('set-cookie', 'a=1; Path=/; HttpOnly');
      response.headers.append('set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT');
      return response;
    };`),
    requests: [[200, get('/', { cookie: 'c=3' })]],
  },
  {
    name: 'redirects',
    files: js(
      `export default ({ url }) => { const s = +new URL(url).pathname.slice(1); return s === 1 ? new Response(null, { status: 302, headers: { location: '../relative?x' } }) : Response.redirect('https://example.com/to', s); };`,
    ),
    requests: [
      ...[301, 302, 303, 307, 308].map((status) => [status, get(`/${status}`)] as const),
      [302, get('/1')],
    ],
  },
  {
    name: 'binary',
    files: js(
      `export default () => new Response(Uint8Array.from({ length: 1024 }, (_, i) => i % 256), { headers: { 'content-type': 'application/octet-stream' } });`,
    ),
    requests: [[200, get('/')]],
  },
  {
    name: 'streams',
    files: js(`export default () => {
      const { readable, writable } = new TransformStream();
      (async () => {
        const writer = writable.getWriter();
        for (const part of ['one ', 'two ', 'three']) { await writer.write(new TextEncoder().encode(part)); await scheduler.wait(5); }
        await writer.close();
      })();
      return new Response(readable, { headers: { 'content-type': 'text/plain' } });
    };`),
    requests: [[200, get('/')]],
  },
  {
    name: 'fixed-length',
    files: js(`export default () => {
      const { readable, writable } = new FixedLengthStream(5);
      const writer = writable.getWriter();
      writer.write(new TextEncoder().encode('fixed')); writer.close();
      return new Response(readable);
    };`),
    requests: [[200, get('/')]],
  },
  {
    name: 'breaks-off',
    files: js(`export default () => {
      let sent = false;
      return new Response(new ReadableStream({
        async pull(c) { if (sent) { await scheduler.wait(20); c.error(new Error('half way')); } else { sent = true; c.enqueue(new TextEncoder().encode('half')); } },
      }));
    };`),
    requests: [[200, get('/')]],
  },
  {
    name: 'sse',
    files: js(`export default () => new Response(new ReadableStream({
      async start(c) {
        for (let i = 0; i < 3; i++) { c.enqueue(new TextEncoder().encode('id: ' + i + '\\ndata: {"n":' + i + '}\\n\\n')); await scheduler.wait(5); }
        c.close();
      },
    }), { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' } });`),
    requests: [[200, get('/', { accept: 'text/event-stream' })]],
  },
  {
    name: 'throws',
    files: js(`export default async ({ url }) => {
      const way = new URL(url).pathname;
      if (way === '/error') throw new TypeError('an error', { cause: new Error('its cause') });
      if (way === '/string') throw 'a string';
      if (way === '/object') throw { code: 7 };
      if (way === '/null') throw null;
      if (way === '/later') { await scheduler.wait(1); undefined.property; }
      return JSON.parse('{');
    };`),
    requests: ['/error', '/string', '/object', '/null', '/later', '/json'].map(
      (path) => [500, get(path)] as const,
    ),
  },
  ...(['undefined', 'null', '42', '"text"', '{ a: 1 }', '[1, 2]', 'Symbol("s")', '() => 1'] as const).flatMap(
    (value, index): ParityHandler[] => [
      {
        name: `module-returns-${index}`,
        files: js(`export default { fetch: () => (${value}) };`),
        requests: [[500, get('/')]],
      },
    ],
  ),
  {
    name: 'event-returns',
    files: js(`export const handler = async (event) => ({
      undefined: undefined, null: null, number: 42, text: 'plain text', array: [1, { a: 2 }], false: false,
      html: { statusCode: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>ü</p>' },
      base64: { statusCode: 200, isBase64Encoded: true, headers: { 'content-type': 'image/png' }, body: 'AAECAwT/' },
      cookies: { statusCode: 200, cookies: ['a=1', 'b=2'], multiValueHeaders: { 'x-m': ['1', '2'] }, body: 'c' },
      object: { statusCode: 200, body: { nested: true } }, none: { statusCode: 204 }, wrong: { statusCode: 'abc' },
      impossible: { statusCode: 99, body: '' }, big: 10n, circular: (() => { const a = {}; a.a = a; return a; })(),
    })[event.what];`),
    requests: [
      ...['null', 'number', 'text', 'array', 'false', 'html', 'base64', 'cookies', 'object'].map(
        (what) => [200, json({ what })] as const,
      ),
      [204, json({ what: 'none' })],
      [204, json({ what: 'undefined' })],
    ],
  },
  {
    name: 'event-cannot-return',
    files: js(`export const handler = async (event) => ({
      wrong: { statusCode: 'abc', body: 'x' }, impossible: { statusCode: 99, body: '' }, big: 10n,
      circular: (() => { const a = {}; a.a = a; return a; })(),
    })[event.what];`),
    requests: ['impossible', 'big', 'circular'].map((what) => [500, json({ what })] as const),
  },
  {
    name: 'event-callback',
    files: js(`exports.handler = (event, context, callback) => {
      if (event.fail) callback(new Error('by callback'));
      else setTimeout(() => callback(null, { statusCode: 202, body: JSON.stringify([context.functionName, context.projectId, context.functionVersion, context.awsRequestId, event.path, event.httpMethod, event.headers]) }), 1);
    };`),
    requests: [
      [202, json({ a: 1 }, '/some/path?q=1')],
      [500, json({ fail: true })],
    ],
  },
  {
    name: 'json',
    files: js(
      `export default async (request) => Response.json({ got: await request.json(), deep: { a: [1.5, null, 'ü\\u2028'] } }, { status: 201 });`,
    ),
    requests: [
      [201, json({ text: 'ü€😀', n: 1e21 })],
      [500, post('nope', 'application/json')],
    ],
  },
  {
    name: 'forms',
    files: js(
      `export default async (request) => { const form = await request.formData(); const all = []; for (const [k, v] of form) all.push([k, typeof v === 'string' ? v : [v.name, v.type, await v.text()]]); return Response.json(all); };`,
    ),
    requests: [
      [200, post('a=1&b=%C3%BC+x&a=2', 'application/x-www-form-urlencoded')],
      [200, post(MULTIPART, 'multipart/form-data; boundary=xyz')],
      [500, post('x', 'text/plain')],
    ],
  },
  {
    name: 'data-payloads',
    files: js(
      `exports.handler = async (data, context) => ({ data, query: context.query, method: context.method, path: context.path });`,
    ),
    requests: [
      [200, get('/a/b?x=1&x=2&y=%20')],
      [200, post('a=1&b=2', 'application/x-www-form-urlencoded')],
      [200, post('just text', 'text/plain')],
      [200, post(MULTIPART, 'multipart/form-data; boundary=xyz')],
      [400, post('{"a"', 'application/json')],
    ],
  },
  {
    name: 'mounted',
    files: js(`exports.handler = async (data, context) => ({ path: context.path });`),
    requests: [
      [200, { host: '127.0.0.1', path: '/p/default/functions/mounted/below?x=1' }],
      [200, { host: '127.0.0.1', path: '/p/default/functions/mounted' }],
      [200, get('/p/default/functions/mounted/below')],
      [404, { host: '127.0.0.1', path: '/p/default/functions/mounted-not/below' }],
    ],
  },
  {
    name: 'query',
    files: js(`export default ({ url }) => Response.json([...new URL(url).searchParams]);`),
    requests: [
      [200, get('/?a=1&a=2&b=%F0%9F%98%80&c&d=&=e&f=a%2Bb+c')],
      [200, get(`/?long=${'x'.repeat(8000)}`)],
    ],
  },
  {
    name: 'head',
    files: js(`export default () => new Response('twelve bytes', { headers: { 'x-head': 'yes' } });`),
    requests: [
      [200, { method: 'HEAD' }],
      [200, get('/')],
    ],
  },
  {
    name: 'options',
    files: js(
      `export default (request) => request.method === 'OPTIONS' ? new Response(null, { status: 204, headers: { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET, POST', allow: 'GET' } }) : new Response('x');`,
    ),
    requests: [
      [
        204,
        {
          method: 'OPTIONS',
          headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
        },
      ],
    ],
  },
  {
    name: 'environment',
    files: js(
      `import { env as imported } from 'cloudflare:workers'; export default { fetch: (_, env) => Response.json({ env, imported: { ...imported }, process: process.env.GREETING, all: Object.keys(process.env), typed: typeof env.NUMBER }) };`,
    ),
    settings: {
      environment: { GREETING: 'Grüß Gott', NUMBER: '42', JSON_LIKE: '{"a":1}', EMPTY: '', LINES: 'a\nb' },
    },
    requests: [[200, get('/')]],
  },
  {
    name: 'hono-app',
    files: js(`import { Hono } from 'hono';
      import { cors } from 'hono/cors';
      const app = new Hono();
      app.use('*', cors());
      app.get('/users/:id', (c) => c.json({ id: c.req.param('id'), greeting: c.env.GREETING }));
      app.post('/form', async (c) => c.json(await c.req.parseBody()));
      app.get('/html', (c) => c.html('<h1>hi</h1>'));
      app.get('/boom', () => { throw new Error('hono boom'); });
      export default app;`),
    settings: { dependencies: { hono: '4.13.19' } },
    requests: [
      [200, get('/users/7')],
      [200, post('a=1', 'application/x-www-form-urlencoded', '/form')],
      [200, get('/html')],
      [404, get('/nowhere')],
      [500, get('/boom')],
      [204, { method: 'OPTIONS', path: '/users/7', headers: { origin: 'https://a.example' } }],
    ],
  },
  {
    name: 'node-builtins',
    files:
      js(`import { createHash, createHmac } from 'node:crypto'; import { gzipSync, gunzipSync } from 'node:zlib'; import path from 'node:path'; import { inspect } from 'node:util'; import { EventEmitter } from 'node:events'; import { AsyncLocalStorage } from 'node:async_hooks'; import os from 'node:os';
      const storage = new AsyncLocalStorage();
      export default async () => Response.json({
        hash: createHash('sha256').update('a').digest('hex'), hmac: createHmac('sha1', 'k').update('v').digest('base64'),
        zip: gunzipSync(gzipSync('zipped')).toString(), path: path.join('/a', '../b'), shown: inspect({ a: { b: { c: {} } } }),
        emitted: new EventEmitter().emit('x'), stored: await storage.run(7, async () => { await 0; return storage.getStore(); }),
        buffer: Buffer.from('ü').toString('hex'), platform: process.platform, version: process.version, eol: os.EOL, zone: new Date(0).getTimezoneOffset(),
      });`),
    requests: [[200, get('/')]],
  },
  {
    name: 'wasm',
    files: {
      'index.js': `import add from './add.wasm'; export default async () => { const { exports } = await WebAssembly.instantiate(add); return new Response(String(exports.add(40, 2))); };`,
      'add.wasm': ADD_WASM,
    },
    requests: [[200, get('/')]],
  },
  {
    name: 'typescript-jsx',
    files: {
      'index.tsx': `/** @jsx h */\nimport { named } from './deep/named';\nimport data from './data.json';\nenum Kind { A = 'a' }\nconst h = (tag: string, props: object | null, ...children: unknown[]): string => '<' + tag + JSON.stringify(props) + '>' + children.join('');\nexport default async (request: Request): Promise<Response> => new Response(<p id={Kind.A}>{named(data.value)}</p>);`,
      'deep/named.ts': `export const named = <T,>(value: T): string => new Error('x').stack!.split('\\n').length > 1 ? String(value) : '';`,
      'data.json': '{"value": [1, 2]}',
    },
    requests: [[200, get('/')]],
  },
  {
    name: 'entrypoint-class',
    files: js(
      `import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { async fetch(request) { return Response.json({ url: request.url, env: this.env }); } }`,
    ),
    requests: [[200, get('/x')]],
  },
  {
    name: 'echo',
    files: js(echoes),
    requests: [
      [200, post('x'.repeat(1024 * 1024), 'text/plain')],
      [200, post(['in ', 'chunks'], 'text/plain')],
      [200, post('', 'text/plain')],
      [200, post(Buffer.from([0, 255, 128]), 'application/octet-stream')],
    ],
  },
  {
    name: 'large-answer',
    files: js(`export default () => new Response('0123456789abcdef'.repeat(5 * 65536));`),
    requests: [[200, get('/')]],
  },
  {
    name: 'body-too-large',
    files: js(echoes),
    requests: [
      [
        413,
        {
          method: 'POST',
          headers: { 'content-length': String(10 * 1024 * 1024 + 1), expect: '100-continue' },
        },
      ],
    ],
  },
  {
    name: 'encodings',
    files: js(`export default ({ url }) => new URL(url).pathname === '/by-hand'
      ? new Response(Uint8Array.from(atob('${gzipSync('zipped by hand').toString('base64')}'), (c) => c.charCodeAt(0)), { encodeBody: 'manual', headers: { 'content-encoding': 'gzip' } })
      : new Response('zipped by the runtime'.repeat(10), { headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' } });`),
    requests: [
      [200, get('/by-hand', { 'accept-encoding': 'gzip' })],
      [200, get('/by-runtime', { 'accept-encoding': 'gzip' })],
      [200, get('/by-runtime')],
    ],
  },
  {
    name: 'forges-marks',
    files: js(
      `export default ({ url }) => new Response('mine', { status: url.endsWith('/500') ? 500 : 200, headers: { 'x-selvedge-error': 'FN_009', 'x-selvedge-outcome': 'threw', 'x-selvedge-slot': '1' } });`,
    ),
    requests: [
      [200, get('/')],
      [500, get('/500')],
    ],
  },
  {
    name: 'never-answers',
    files: js(`export default () => new Promise(() => {});`),
    requests: [[500, get('/')]],
  },
  {
    name: 'times-out',
    files: js(`export default () => scheduler.wait(20_000).then(() => new Response('late'));`),
    settings: { timeout: 1 },
    requests: [[504, get('/')]],
  },
  {
    name: 'web-platform',
    files: js(`export default async (request) => {
      const key = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('a'));
      const html = await new HTMLRewriter().on('b', { element(e) { e.setAttribute('x', '1'); } }).transform(new Response('<b>t</b>')).text();
      return Response.json({
        digest: [...new Uint8Array(key)], html, pattern: new URLPattern({ pathname: '/:a' }).exec(request.url)?.pathname.groups,
        caches: typeof caches, agent: navigator.userAgent, clone: structuredClone(new Map([[1, 2]])).get(1), intl: (1234.5).toLocaleString('de-DE'),
        eval: (() => { try { return eval('1'); } catch (e) { return e.message; } })(), memory: typeof gc, globals: Object.keys(globalThis).sort(),
      });
    };`),
    requests: [[200, get('/word')]],
  },
  {
    name: 'old-date',
    files: js(
      `export default (request) => Response.json({ node: typeof process, url: request.url, als: typeof navigator });`,
    ),
    settings: { compatibility_date: '2024-01-01', compatibility_flags: ['no_global_navigator'] },
    requests: [[200, get('/')]],
  },
  {
    name: 'keeps-state',
    files: js(`let count = 0; export default () => new Response(String(++count));`),
    requests: [
      [200, get('/')],
      [200, get('/')],
    ],
  },
  {
    name: 'picks-export',
    files: {
      'main.ts': `export const processOrder = async (event: { id: number }) => ({ done: event.id });`,
    },
    settings: { handler: 'main.processOrder' },
    requests: [[200, json({ id: 4 })]],
  },
];
