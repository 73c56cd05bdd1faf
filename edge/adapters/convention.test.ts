import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Adapted, Env, Exports } from './adapter.ts';
import { asResponse } from './as-response.ts';
import { adaptBaas } from './baas.ts';
import { adaptData } from './data.ts';
import { adaptEvent } from './event.ts';
import { adaptFetch } from './fetch.ts';
import { adaptModule } from './module.ts';

const info = { function: 'fn_1', name: 'hello', project: 'shop', version: 'v1', timeoutMs: 5000 };
const ctx = { waitUntil: () => undefined };

interface Call {
  readonly path?: string;
  readonly mount?: string;
  readonly env?: Env;
  readonly init?: RequestInit;
}

async function call(adapted: Adapted, { path = '/', mount = '', env = {}, init }: Call = {}) {
  if (!adapted.fetch) throw new Error(adapted.problem);
  const request = new Request(`http://function${path}`, init);
  return asResponse(await adapted.fetch(request, env, ctx, { id: 'r1', mount, info }));
}

const post = (value: unknown, type = 'application/json'): Call => ({
  init: {
    method: 'POST',
    headers: { 'content-type': type },
    body:
      typeof value === 'string' || value instanceof Uint8Array ? (value as string) : JSON.stringify(value),
  },
});

const event = (handler: unknown) => adaptEvent({ handler }, 'handler');
const echo = event((value: unknown) => value);

describe('event', () => {
  it.each([
    ['JSON', post({ a: [1] }), { a: [1] }],
    [
      'JSON of another kind of content',
      post({ a: 1 }, 'application/cloudevents+json; charset=utf-8'),
      { a: 1 },
    ],
    ['JSON sent as text', post('{"a":1}', 'text/plain'), { a: 1 }],
    ['JSON sent as a form, as curl does', post('{"a":1}', 'application/x-www-form-urlencoded'), { a: 1 }],
    ['a query', { path: '/?a=1&b=2&b=3' }, { a: '1', b: ['2', '3'] }],
    ['a form', post('a=1&b=x+y', 'application/x-www-form-urlencoded'), { a: '1', b: 'x y' }],
    ['text', post('{not json', 'text/plain'), { body: '{not json', isBase64Encoded: false }],
    ['bytes', post(new Uint8Array([255, 0]), 'image/png'), { body: '/wA=', isBase64Encoded: true }],
    [
      'text that is not UTF-8',
      post(new Uint8Array([255]), 'text/plain'),
      { body: '/w==', isBase64Encoded: true },
    ],
    ['an array', post([1, 2]), [1, 2]],
    ['a number', post('5'), 5],
  ])('gives %s as the event, and echoes just that', async (_, request, expected) => {
    expect(await (await call(echo, request)).json()).toEqual(expected);
  });

  it('keeps a query name that is dangerous in an object', async () => {
    const response = await call(echo, { path: '/?__proto__=x&constructor=y' });
    expect(await response.text()).toBe('{"__proto__":"x","constructor":"y"}');
  });

  it('has the fields of a Lambda event, hidden, where the payload has none of that name', async () => {
    const lambda = event((input: Record<string, unknown>) => [
      input.httpMethod,
      input.path,
      input.body,
      input.queryStringParameters,
      input.isBase64Encoded,
      (input.headers as Record<string, string>)['content-type'],
      Object.keys(input),
    ]);
    const response = await call(lambda, { path: '/a?q=1&q=2', ...post({ path: 'mine' }) });
    expect(await response.json()).toEqual([
      'POST',
      'mine',
      '{"path":"mine"}',
      { q: '1,2' },
      false,
      'application/json',
      ['path'],
    ]);
  });

  it('has the documented context, and hides the rest of it', async () => {
    const context = event(
      (_: unknown, given: { awsRequestId: string; getRemainingTimeInMillis(): number }) => ({
        context: given,
        id: given.awsRequestId,
        left: given.getRemainingTimeInMillis() > 4000,
      }),
    );
    expect(await (await call(context, { env: { SECRET: 's' } })).json()).toEqual({
      context: {
        functionName: 'hello',
        projectId: 'shop',
        invocationId: 'r1',
        timestamp: expect.stringMatching(/Z$/) as unknown,
      },
      id: 'r1',
      left: true,
    });
  });

  it('refuses what is not the JSON that it says it is, as the fault of the client', async () => {
    await expect(call(echo, post('{'))).rejects.toMatchObject({ name: 'RequestFault' });
  });

  it.each([
    ['a string', 'text', 200, 'text/plain; charset=utf-8', 'text'],
    ['null', null, 200, 'application/json', 'null'],
    ['undefined', undefined, 204, null, ''],
    ['false', false, 200, 'application/json', 'false'],
    ['a status alone', { statusCode: 201 }, 201, null, ''],
    ['a JSON body', { statusCode: 200, body: '{"a":1}' }, 200, 'application/json', '{"a":1}'],
    ['a text body', { statusCode: 599, body: 'x' }, 599, 'text/plain; charset=utf-8', 'x'],
    ['an object body', { statusCode: 200, body: { a: 1 } }, 200, 'application/json', '{"a":1}'],
    [
      'a type of its own',
      { statusCode: 200, headers: { 'Content-Type': 'a/b' }, body: 'x' },
      200,
      'a/b',
      'x',
    ],
    ['base64', { statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, null, 'hi'],
    ['204 with a body', { statusCode: 204, body: 'x' }, 204, null, ''],
    ['bytes', new Uint8Array([104, 105]), 200, null, 'hi'],
  ])('answers %s', async (_, value, status, type, body) => {
    const response = await call(event(() => value));
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      type,
      body,
    ]);
  });

  it('passes a Response through', async () => {
    const response = new Response('x', { status: 418 });
    expect(await call(event(async () => response))).toBe(response);
  });

  it('joins headers, multiValueHeaders and cookies', async () => {
    const response = await call(
      event(() => ({
        statusCode: 200,
        headers: { a: 1, b: 'lost', 'set-cookie': ['x=1'] },
        multiValueHeaders: { b: ['2', '3'] },
        cookies: ['y=2'],
      })),
    );
    expect([response.headers.get('a'), response.headers.get('b')]).toEqual(['1', '2, 3']);
    expect(response.headers.getSetCookie()).toEqual(['x=1', 'y=2']);
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  it.each([
    [{ statusCode: 199 }, /199; it must be an integer from 200 to 599/],
    [{ statusCode: 600 }, /600/],
    [{ statusCode: 200.5 }, /200\.5/],
    [{ statusCode: '200' }, /the string "200"/],
    [{ a: 1n }, /JSON cannot hold: .*BigInt/],
    [cycle, /JSON cannot hold: .*circular/],
    [() => 1, /JSON cannot hold/],
    [{ statusCode: 200, headers: 'x' }, /headers as the string "x"/],
    [{ statusCode: 200, headers: { 'a b': 'x' } }, /header "a b"/],
    [{ statusCode: 200, cookies: 'x' }, /cookies as/],
    [{ statusCode: 200, body: '%', isBase64Encoded: true }, /not base64/],
  ])('names what is wrong with %s', async (value, message) => {
    await expect(call(event(() => value))).rejects.toThrow(message);
  });

  it('takes a callback, its error, or a promise in its place', async () => {
    type Callback = (error: unknown, result?: unknown) => void;
    const good = event((_: unknown, __: unknown, done: Callback) => void setTimeout(done, 1, null, { a: 1 }));
    expect(await (await call(good)).json()).toEqual({ a: 1 });
    const bad = event((_: unknown, __: unknown, done: Callback) => done('no'));
    await expect(call(bad)).rejects.toThrow('no');
    const both = event(async (_: unknown, __: unknown, ___: Callback) => 'promise');
    expect(await (await call(both)).text()).toBe('promise');
  });

  it('finds a handler behind CommonJS and a default export, but none by a name that is not there', async () => {
    const handler = () => 'found';
    for (const exports of [{ default: { handler } }, { default: handler }, { default: { default: handler } }])
      expect(await (await call(adaptEvent(exports, 'handler'))).text()).toBe('found');
    expect(adaptEvent({ default: handler }, 'other').problem).toMatch(
      /No function "other".*exports default \(function\).*set "handler" to "default"/,
    );
    expect(adaptEvent({}, 'handler').problem).toMatch(/exports nothing/);
  });
});

describe('data', () => {
  const data = adaptData({ handler: (...args: unknown[]) => args }, 'handler');

  it('gives the query of a GET as data, and the context of the document', async () => {
    const response = await call(data, { path: '/x?a=1', mount: '/p/1/functions/f', env: { SECRET: 's' } });
    expect(await response.json()).toEqual([
      { a: '1' },
      {
        data: { a: '1' },
        method: 'GET',
        path: '/p/1/functions/f/x',
        headers: {},
        query: { a: '1' },
        requestId: 'r1',
        functionName: 'hello',
        projectId: 'shop',
      },
    ]);
  });

  it('has the mount itself as the path of a call without more', async () => {
    const path = adaptData({ handler: (_: unknown, { path }: { path: string }) => path }, 'handler');
    expect(await (await call(path, { mount: '/p/1/functions/f' })).text()).toBe('/p/1/functions/f');
    expect(await (await call(path)).text()).toBe('/');
  });

  it('gives the body as data, whatever the query', async () => {
    const [given] = (await (await call(data, { path: '/?a=1', ...post({ b: 2 }) })).json()) as unknown[];
    expect(given).toEqual({ b: 2 });
  });
});

describe('baas', () => {
  interface Context {
    success(data?: unknown): unknown;
    error(message: string, code?: string): unknown;
    http: Record<string, (url: string, body?: unknown) => Promise<unknown>>;
    db: Record<string, Record<string, unknown>>;
    env: Env;
  }
  const baas = (handler: (request: { body: unknown }, context: Context) => unknown, more: Exports = {}) =>
    adaptBaas({ default: handler, ...more }, 'handler');
  afterEach(() => vi.unstubAllGlobals());

  it('answers success, error and plain values', async () => {
    const ok = await call(
      baas(({ body }, context) => context.success(body)),
      post({ a: 1 }),
    );
    expect([ok.status, await ok.json()]).toEqual([200, { success: true, data: { a: 1 } }]);
    const no = await call(baas((_, context) => context.error('Something went wrong', 'VALIDATION_ERROR')));
    expect([no.status, await no.json()]).toEqual([
      400,
      { success: false, error: { message: 'Something went wrong', code: 'VALIDATION_ERROR' } },
    ]);
    expect(await (await call(baas(() => ({ plain: true })))).json()).toEqual({ plain: true });
  });

  it('has an empty body to take apart when there is none', async () => {
    expect(
      await (
        await call(
          baas(({ body }) => body),
          { path: '/?a=1' },
        )
      ).json(),
    ).toEqual({});
  });

  it('names each required variable that is missing', async () => {
    const needy = baas(() => 1, { config: { env_required: ['A', 'B', 'C'] } });
    await expect(call(needy, { env: { B: 'b', C: '' } })).rejects.toThrow(
      /variables A, C, which are not set/,
    );
    expect((await call(needy, { env: { A: 'a', B: 'b', C: 'c' } })).status).toBe(200);
  });

  it('speaks JSON over context.http, and throws for a status that is no success', async () => {
    const sent: unknown[] = [];
    vi.stubGlobal('fetch', async (url: URL, init: RequestInit) => {
      sent.push([url.href, init.method, init.body, new Headers(init.headers).get('content-type')]);
      return url.pathname === '/bad' ? new Response('down', { status: 502 }) : Response.json({ got: true });
    });
    const post = baas((_, { http }) => http.post?.('http://api.test/a', { b: 1 }));
    expect(await (await call(post)).json()).toEqual({ got: true });
    expect(sent).toEqual([['http://api.test/a', 'POST', '{"b":1}', 'application/json']]);
    const bad = baas((_, { http }) => http.get?.('http://api.test/bad'));
    await expect(call(bad)).rejects.toThrow('GET http://api.test/bad answered 502: down');
  });

  it('says that there is no database on its first use, and lets it be logged', async () => {
    const use = baas((_, { db }) => db.project?.entities);
    await expect(call(use)).rejects.toThrow(/context\.db\.project is not available/);
    expect(
      (await call(baas((_, context) => String(Object.keys(context).length > 0 && `${context.db}`)))).status,
    ).toBe(200);
  });

  it('does not put the environment into what can be returned', async () => {
    const leak = await call(
      baas((_, context) => ({ ...context, db: undefined })),
      { env: { SECRET: 'hush' } },
    );
    expect(await leak.text()).not.toContain('hush');
  });
});

describe('fetch', () => {
  const ok = () => new Response('ok', { headers: { a: 'b' } });

  it('gives a function the request and a context', async () => {
    const handler = (request: Request, context: { env: Env; requestId: string; params: object }) =>
      Response.json([request.url, context.env, context.requestId, context.params]);
    for (const exports of [{ default: handler }, { handler }])
      expect(await (await call(adaptFetch(exports, 'handler'), { env: { A: 'a' } })).json()).toEqual([
        'http://function/',
        { A: 'a' },
        'r1',
        {},
      ]);
  });

  it('calls the function of the method, GET for HEAD, and lists methods for the rest', async () => {
    const methods = adaptFetch({ GET: ok, POST: () => new Response('made', { status: 201 }) }, 'handler');
    const status = async (method: string) => (await call(methods, { init: { method } })).status;
    expect([await status('GET'), await status('POST'), await status('OPTIONS')]).toEqual([200, 201, 204]);
    const head = await call(methods, { init: { method: 'HEAD' } });
    expect([head.status, head.headers.get('a'), await head.text()]).toEqual([200, 'b', '']);
    const refused = await call(methods, { init: { method: 'PUT' } });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
  });

  it.each([[undefined], ['text'], [{ statusCode: 200 }]])('refuses %s as a response', async (value) => {
    await expect(call(adaptFetch({ default: () => value }, 'handler'))).rejects.toThrow(/is not a Response/);
  });
});

describe('module', () => {
  const none = new Map();

  it('calls the default export’s fetch as its method, with env and ctx', async () => {
    const app = {
      word: 'x',
      fetch(_: Request, env: Env) {
        return Response.json([this.word, env]);
      },
    };
    const adapted = adaptModule({ default: app }, '', none);
    expect(await (await call(adapted, { env: { A: 'a' } })).json()).toEqual(['x', { A: 'a' }]);
  });

  it('has the handlers of other events, bound, and answers 404 without a fetch', async () => {
    const adapted = adaptModule(
      {
        default: {
          cron: '3',
          scheduled(this: { cron: string }) {
            return this.cron;
          },
        },
      },
      '',
      none,
    );
    expect(adapted.events?.scheduled?.()).toBe('3');
    expect((await call(adapted)).status).toBe(404);
  });

  it('takes a default function that a call has made', async () => {
    const adapted = adaptModule({ default: () => new Response('made') }, '', none);
    expect(await (await call(adapted)).text()).toBe('made');
  });

  it('dispatches to listeners of a service worker, which must respond', async () => {
    type FetchEvent = { respondWith(value: unknown): void };
    const responding = new Map([['fetch', [(given: FetchEvent) => given.respondWith(new Response('sw'))]]]);
    expect(await (await call(adaptModule({}, '', responding))).text()).toBe('sw');
    const silent = new Map([['fetch', [() => undefined]]]);
    await expect(call(adaptModule({}, '', silent))).rejects.toThrow(/no listener called event\.respondWith/);
  });

  it('says what it looked for', () => {
    expect(adaptModule({ other: 1 }, '', none).problem).toMatch(
      /needs `export default .*exports other \(number\)/,
    );
    expect(adaptModule({ default: class Empty {} }, '', none).problem).toMatch(
      /class Empty, which has no fetch/,
    );
  });
});
