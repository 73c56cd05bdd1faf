// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a value names what is filled in.
// Goal: redirects, rewrites, headers and changes of pages do what they say in the workerd that runs them.
// Method: the built router with rules as control compiles them; instances are servers of the test.

import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { normalizePath } from '../../edge/contract/normalize-path.ts';
import { TAKEN_SELECTORS } from '../support/selectors.ts';
import type { Ask, Reply } from '../support/use-front.ts';
import { errorOf } from '../support/use-front.ts';
import { type Gate, useGate } from '../support/use-gate.ts';

interface Told {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}
const told = ({ body }: Reply): Told => JSON.parse(body);
const MOUNT = '/p/default/functions/hello';

test('a redirect is answered by the router, with what the pattern took and the query, and starts nothing', async () => {
  const gate = await useGate(
    {
      redirects: [
        { from: '/blog/:slug', to: '/posts/:slug', status: 301 },
        { from: '/old/*', to: 'https://www.example.com/new/*?from=old', status: 308 },
        { from: '/bare', to: '/x', keep_query: false },
      ],
    },
    { idle: true, entry: { public: false } },
  );
  const sent = async (ask: Ask): Promise<unknown[]> => {
    const { status, headers, body } = await gate.ask(ask);
    return [status, headers.location, body];
  };
  expect(await sent({ path: '/blog/one?a=1' })).toEqual([301, '/posts/one?a=1', '']);
  expect(await sent({ path: '/old/a/b?c', method: 'POST', body: 'x' })).toEqual([
    308,
    'https://www.example.com/new/a/b?from=old&c',
    '',
  ]);
  expect(await sent({ path: '/bare?a=1' })).toEqual([302, '/x', '']);
  expect(await sent({ host: 'other.example', path: `${MOUNT}/blog/one` })).toEqual([
    301,
    `${MOUNT}/posts/one`,
    '',
  ]);
  expect((await gate.ask({ path: '/else' })).status).toBe(401);
  expect([gate.startsAsked(), gate.reached]).toEqual([0, []]);
});

test('whatever stands behind an open pattern, no redirect leads to another host or ends a line', async () => {
  const gate = await useGate({ redirects: [{ from: '/old/*', to: '/*' }] });
  const tries = [
    '//evil.example',
    '/%2Fevil.example',
    '/\\evil.example',
    '/%5Cevil.example',
    '/%09/evil.example',
  ];
  tries.push(
    '///evil.example',
    '/.//evil.example',
    '/@evil.example',
    '/https://evil.example',
    '/%0d%0aset-cookie:x=1',
  );
  tries.push(
    '/%2e%2e/%2e%2e//evil.example',
    '/..;//evil.example',
    '/%00',
    '/%E3%80%82',
    '/evil.example%2f..',
    '/。evil',
  );
  for (const path of tries) {
    const { status, headers } = await gate.ask({ path: `/old${Buffer.from(path).toString('latin1')}` });
    if (status === 400 || status === 200) continue;
    expect(status, path).toBe(302);
    const url = new URL(String(headers.location), 'http://hello.localhost/old/');
    expect([url.host, headers['set-cookie']], `${path} -> ${headers.location}`).toEqual([
      'hello.localhost',
      undefined,
    ]);
  }
});

test('a redirect to the very URL that was asked for is refused, as nothing could end it', async () => {
  const gate = await useGate({ redirects: [{ from: '/a', to: 'http://hello.localhost/a' }] });
  expect((await gate.ask({ host: 'hello.default.localhost', path: '/a' })).status).toBe(302);
  const reply = await gate.ask({ path: '/a' });
  expect([reply.status, errorOf(reply).code]).toEqual([508, 'FN_006']);
});

test('a rewrite gives the function another path once, and the visitor sees nothing of it', async () => {
  const gate = await useGate({
    rewrite: [
      { path: '/beta/*', to: '/v2/*', when: { cookie: { beta: '1' } } },
      { path: '/beta/*', to: '/v1/*' },
      { path: '/v1/*', to: '/never/*' },
      { path: '/search/:term', to: '/find?q=:term', when: { method: ['GET'], query: { kind: true } } },
      { path: '/api/*', to: '/*', when: { header: { 'X-Client': 'app' } } },
    ],
  });
  const seen = async (ask: Ask): Promise<string> => told(await gate.ask(ask)).url;
  expect(await seen({ path: '/beta/a?x=1' })).toBe('/v1/a?x=1');
  expect(await seen({ path: '/beta/a', headers: { cookie: 'a=b; beta=1' } })).toBe('/v2/a');
  expect(await seen({ path: '/beta/a', headers: { cookie: 'beta=12' } })).toBe('/v1/a');
  expect(await seen({ path: '/search/a%26b?kind=x' })).toBe('/find?q=a%26b&kind=x');
  expect(await seen({ path: '/search/a' })).toBe('/search/a');
  expect(await seen({ path: '/search/a?kind=x', method: 'POST' })).toBe('/search/a?kind=x');
  expect(await seen({ path: '/api/x', headers: { 'x-client': 'app' } })).toBe('/x');
  expect(await seen({ host: 'other.example', path: `${MOUNT}/beta/a` })).toBe('/v1/a');
});

test('no path climbs out of what a rewrite leads to', async () => {
  const gate = await useGate({ rewrite: [{ path: '/files/*', to: '/public/*' }] });
  for (const path of [
    '/files/%2e%2e/secret',
    '/files/..%5csecret',
    '/files/a/%2E./b',
    '/files/.%2e',
    '/files/%5c..%5c..',
    '/files/..%2fsecret',
    '/files/a/..%2F..%2Fb',
  ]) {
    const reply = await gate.ask({ path });
    if (reply.status === 400) {
      expect(errorOf(reply).code).toBe('FN_006');
      continue;
    }
    // Either it was no path of the rule's, and is what the visitor asked for, or it stays below.
    const { url } = told(reply);
    if (url !== normalizePath(path))
      expect(new URL(url, 'http://x').pathname, path).toMatch(/^\/public\/(?!.*\.\.)/);
  }
  expect(told(await gate.ask({ path: '/files/a%2Fb' })).url).toBe('/public/a%2Fb');
});

test('headers of requests are changed behind what a client made up', async () => {
  const gate = await useGate({
    request_headers: [
      { set: 'x-who', value: '${client.ip} ${request.host} ${request.method} ${client.country}.' },
      { set: 'x-slug', value: 'v-${path.slug}', when: { path: '/blog/:slug' } },
      { append: 'x-list', value: 'b' },
      { remove: 'x-debug' },
    ],
  });
  const headers = { 'x-who': 'forged', 'x-slug': 'forged', 'x-list': 'a', 'x-debug': '1' };
  const first = told(await gate.ask({ path: '/blog/caf%C3%A9', headers }));
  expect(first.headers).toMatchObject({
    'x-who': '127.0.0.1 hello.localhost GET .',
    'x-slug': 'v-caf%C3%A9',
    'x-list': 'a, b',
  });
  expect(first.headers).not.toHaveProperty('x-debug');
  expect(told(await gate.ask({ path: '/', headers })).headers['x-slug']).toBe('forged');
});

test('headers of answers are changed, also of refusals, and by status', async () => {
  const gate = await useGate(
    {
      response_headers: [
        { preset: 'secure' },
        { set: 'x-frame-options', value: 'DENY' },
        { remove: 'x-powered-by' },
        { append: 'set-cookie', value: 'b=2; Path=/' },
        { set: 'x-bad', value: 'yes', when: { status: ['4xx', 500] } },
        { set: 'x-id', value: '${request.id}' },
      ],
    },
    {
      entry: { public: false },
      answer: (_, response) =>
        response.writeHead(200, { 'x-powered-by': 'x', 'set-cookie': 'a=1', 'content-length': 2 }).end('ok'),
    },
  );
  const good = await gate.ask({ headers: { 'x-api-key': 'token', 'x-request-id': 'id-1' } });
  expect([good.status, good.body]).toEqual([200, 'ok']);
  expect(good.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'set-cookie': ['a=1', 'b=2; Path=/'],
    'x-id': 'id-1',
    'content-length': '2',
  });
  expect(good.headers).not.toHaveProperty('x-powered-by');
  expect(good.headers).not.toHaveProperty('x-bad');
  const bad = await gate.ask();
  expect(bad.status).toBe(401);
  expect(bad.headers).toMatchObject({
    'x-bad': 'yes',
    'x-content-type-options': 'nosniff',
    'x-selvedge-error': 'FN_009',
  });
});

const PAGE =
  '<!doctype html><html><head><title>t</title></head><body><p class="a">one</p><p>two</p></body></html>';
const HTML = {
  'content-type': 'text/html; charset=utf-8',
  'content-length': PAGE.length,
  etag: '"e"',
  'accept-ranges': 'bytes',
};
const INJECT = [
  { selector: 'head', position: 'append', html: '<script src="/a.js"></script>' },
  { selector: 'p.a', position: 'set_attribute', attribute: 'id', value: '"><b>' },
  { selector: 'p:not(.a)', position: 'replace', html: '<hr>' },
  { selector: 'title', position: 'replace_content', html: 'T &amp; U' },
  { selector: 'body', position: 'prepend', html: '<i></i>', when: { path: '/with/*' } },
];

const usePage = (
  rules: object,
  head: object = HTML,
  body: string | Buffer = PAGE,
  status = 200,
): Promise<Gate> =>
  useGate(rules, { answer: (_, response) => response.writeHead(status, head as never).end(body) });

test('a page is changed, and what is said of its bytes no longer is', async () => {
  const gate = await usePage({ inject: INJECT });
  const { body, headers } = await gate.ask({ path: '/with/x' });
  expect(body).toBe(
    '<!doctype html><html><head><title>T &amp; U</title><script src="/a.js"></script></head><body><i></i><p class="a" id="&quot;><b>">one</p><hr></body></html>',
  );
  expect(headers).toMatchObject({ etag: 'W/"e"', 'content-type': HTML['content-type'] });
  expect([headers['content-length'], headers['accept-ranges']]).toEqual([undefined, undefined]);
  expect((await gate.ask()).body).not.toContain('<i>');
});

test('a function whose pages are changed is asked for whole ones that are not compressed', async () => {
  const gate = await useGate({ inject: INJECT });
  const asked = told(
    await gate.ask({ headers: { 'accept-encoding': 'br, gzip', range: 'bytes=0-1', 'if-range': '"e"' } }),
  );
  expect(asked.headers['accept-encoding']).toBe('identity');
  expect(asked.headers).not.toHaveProperty('range');
  expect(asked.headers).not.toHaveProperty('if-range');
});

test.each<[string, object, string | Buffer, number, Ask?]>([
  ['what is no HTML', { ...HTML, 'content-type': 'application/json' }, PAGE, 200],
  ['what has no type', { 'content-length': PAGE.length }, PAGE, 200],
  ['a compressed page', { 'content-type': 'text/html', 'content-encoding': 'gzip' }, gzipSync(PAGE), 200],
  ['a part of a page', { ...HTML, 'content-range': `bytes 0-${PAGE.length - 1}/999` }, PAGE, 206],
  ['304', { etag: '"e"', 'content-type': 'text/html' }, '', 304],
  ['HEAD', HTML, '', 200, { method: 'HEAD' }],
])('%s is left as it is', async (_, head, body, status, ask = {}) => {
  const gate = await usePage({ inject: INJECT }, head, body, status);
  const reply = await gate.ask(ask);
  expect([reply.status, reply.headers.etag]).toEqual([status, (head as { etag?: string }).etag]);
  if (typeof body === 'string') expect(reply.body).toBe(body);
  else expect(reply.headers['content-encoding']).toBe('gzip');
});

test('a page streams while it is changed', async () => {
  let end = (): void => undefined;
  const gate = await useGate(
    { inject: INJECT },
    {
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).write('<html><head></head><body>');
        end = () => void response.end('late</body></html>');
      },
    },
  );
  const response = await fetch(`http://127.0.0.1:${gate.port}${MOUNT}`);
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let seen = '';
  while (!seen.includes('a.js')) seen += (await reader.read()).value ?? '';
  expect(seen).not.toContain('late');
  end();
  for (let part = await reader.read(); !part.done; part = await reader.read()) seen += part.value;
  expect(seen).toBe('<html><head><script src="/a.js"></script></head><body>late</body></html>');
});

test('a page of very many elements takes one mebibyte of what is put in, and is whole', async () => {
  const elements = 40;
  const gate = await usePage(
    { inject: [{ selector: 'p', position: 'before', html: 'x'.repeat(65_536) }] },
    { 'content-type': 'text/html' },
    '<p>1</p>'.repeat(elements),
  );
  const { body } = await gate.ask();
  expect(body.length).toBe(16 * 65_536 + elements * '<p>1</p>'.length);
});

test('the rewriter takes each selector that rules take', async () => {
  for (let at = 0; at < TAKEN_SELECTORS.length; at += 20) {
    const inject = TAKEN_SELECTORS.slice(at, at + 20).map((selector) => ({ selector, position: 'remove' }));
    const gate = await usePage({ inject });
    expect((await gate.ask()).status).toBe(200);
  }
});

test('a WebSocket is opened through rules that change headers on both sides', async () => {
  const gate = await useGate({
    request_headers: [{ set: 'x-in', value: 'seen' }],
    response_headers: [{ set: 'x-out', value: 'told' }],
    inject: INJECT,
  });
  const server = await gate.slot(0, () => undefined);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, { headers }) => socket.send(String(headers['x-in'])));
  const client = new WebSocket(`ws://127.0.0.1:${gate.port}/`, { headers: { host: 'hello.localhost' } });
  const upgraded = once(client, 'upgrade');
  const [data] = await once(client, 'message');
  expect(String(data)).toBe('seen');
  expect((await upgraded)[0].headers['x-out']).toBe('told');
  client.terminate();
});
