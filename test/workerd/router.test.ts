// Goal: the front door keeps each of its promises in the workerd that runs it.
// Method: the built router behind its emitted config; instances and control are servers of the test.
// One file in spite of its length: the tests stand in the order of the pipeline, and share its servers.

import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { ROUTING_TABLE_VERSION } from '../../edge/contract/names.ts';
import { anEntry, aTable, errorOf, generationOf, useFront, V1, V2 } from '../support/use-front.ts';

const echo: RequestListener = (request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () =>
    answer(
      response,
      JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }),
    ),
  );
};
const answer = (response: ServerResponse, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
};
const says =
  (body: string): RequestListener =>
  (_, response) =>
    answer(response, body);
const destroys: RequestListener = (request) => request.socket.destroy();
const privateFunction = anEntry({ public: false });

test('a function that is not public refuses a request without a credential and starts nothing', async () => {
  const front = await useFront(aTable([anEntry({ public: false, slots: {} })]));
  const asked: string[] = [];
  await front.control((request, response) => {
    asked.push(String(request.url));
    response.writeHead(503).end('{"error":{"code":"FN_008","message":"x"}}');
  });
  const missing = await front.ask();
  const wrong = await front.ask({ headers: { authorization: 'Bearer nonsense' } });
  expect([missing.status, wrong.status]).toEqual([401, 401]);
  expect(missing.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'x-selvedge-error': 'FN_009' });
  expect(errorOf(missing).message).toMatch(/send "Authorization: Bearer <token>"/);
  expect(errorOf(wrong).message).toMatch(/does not open it/);
  expect(asked).toEqual([]);
});

test('a credential opens the function in either header and never reaches it', async () => {
  const front = await useFront(aTable([privateFunction]));
  await front.slot(0, echo);
  const bearer = await front.ask({ headers: { authorization: 'Bearer token', 'x-other': '1' } });
  const key = await front.ask({ headers: { 'x-api-key': 'token', authorization: 'Basic abc' } });
  expect([bearer.status, key.status]).toEqual([200, 200]);
  expect(JSON.parse(bearer.body).headers).toMatchObject({ 'x-other': '1' });
  expect(JSON.parse(bearer.body).headers).not.toHaveProperty('authorization');
  expect(JSON.parse(key.body).headers.authorization).toBe('Basic abc');
  expect(JSON.parse(key.body).headers).not.toHaveProperty('x-api-key');
});

test("a public function does not see the owner's token, and sees every other one", async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, echo);
  const owner = await front.ask({ headers: { authorization: 'Bearer token' } });
  const visitor = await front.ask({ headers: { authorization: 'Bearer theirs' } });
  expect(JSON.parse(owner.body).headers).not.toHaveProperty('authorization');
  expect(JSON.parse(visitor.body).headers.authorization).toBe('Bearer theirs');
});

test('a credential that was taken away no longer opens anything', async () => {
  const front = await useFront(aTable([privateFunction]));
  await front.slot(0, echo);
  const headers = { authorization: 'Bearer token' };
  expect((await front.ask({ headers })).status).toBe(200);
  await front.patch({
    version: ROUTING_TABLE_VERSION,
    base: 1,
    generation: 2,
    functions: {},
    removed: [],
    credentials: {},
  });
  expect((await front.ask({ headers })).status).toBe(401);
});

test('whatever cannot be routed is told with the host, the path and how addresses look', async () => {
  const disabled = anEntry({ id: 'fn_off', name: 'off', disabled: true });
  const draft = anEntry({ id: 'fn_draft', name: 'draft', deployment: [] });
  const front = await useFront(aTable([anEntry(), disabled, draft]));
  const message = async (host: string, path = '/'): Promise<string> => {
    const reply = await front.ask({ host, path });
    expect([reply.status, reply.headers['x-selvedge-error']]).toEqual([404, 'FN_001']);
    expect(JSON.parse(reply.body).request_id).toBe(reply.headers['x-request-id']);
    return errorOf(reply).message;
  };
  expect(await message('nobody.localhost:8080')).toMatch(
    /no function "nobody" in project "default".*<name>\.localhost/,
  );
  expect(await message('example.com', '/some/path?q=1')).toMatch(/host "example.com", path "\/some\/path"/);
  expect(await message('x', '/p/shop/functions/cart/1')).toMatch(/no function "cart" in project "shop"/);
  expect(await message('off.localhost')).toMatch(/disabled/);
  expect(await message('draft.localhost')).toMatch(/never deployed.*PUT \/functions\/draft/);
});

test('a host that cannot be one is refused before any instance is asked', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, echo);
  for (const host of ['hello.localhost:99999', 'hello.localhost:80:80', 'x@hello.localhost', 'a, b']) {
    const reply = await front.ask({ host, path: '/p/default/functions/hello', method: 'DELETE' });
    expect([reply.status, errorOf(reply).code], host).toEqual([400, 'FN_006']);
    expect(errorOf(reply).message).toContain(`The Host header is "${host}"`);
  }
  const asterisk = await front.ask({ method: 'OPTIONS', path: '*' });
  expect([asterisk.status, errorOf(asterisk).code]).toEqual([400, 'FN_006']);
  expect((await front.ask({ method: 'DELETE' })).status).toBe(200);
});

test('a front without any function says so at /', async () => {
  const front = await useFront(aTable([]));
  const reply = await front.ask({ host: '127.0.0.1:8080' });
  expect([reply.status, reply.body]).toEqual([200, expect.stringMatching(/^Selvedge runs/)]);
  expect((await front.ask({ host: '127.0.0.1:8080', path: '/x' })).status).toBe(404);
});

test('hosts, previews, path mounts and routes lead to their function', async () => {
  const cart = anEntry({
    id: 'fn_cart',
    project: 'shop',
    name: 'cart',
    slots: { [V1]: [1], [V2]: [2] },
    previews: [V2],
  });
  const lookalike = anEntry({ id: 'fn_look', name: '2b2b2b2b-hello', slots: { [V1]: [3] } });
  const routes = [
    { function: 'fn_cart', host: 'api.example.com', path: '/cart/*', methods: ['GET'] },
    { function: 'fn_hello', host: '*.example.com', path: '/*', methods: null },
  ];
  const front = await useFront(aTable([anEntry({ previews: [V2] }), cart, lookalike], { routes }));
  for (const slot of [0, 1, 2, 3])
    await front.slot(slot, (request, response) =>
      answer(response, `${slot} ${request.url} ${request.headers['x-selvedge-mount'] ?? '-'}`),
    );
  const at = async (host: string, path = '/', method = 'GET'): Promise<string> =>
    (await front.ask({ host, path, method })).body;
  expect(await at('Hello.LOCALHOST:8080', '/a?b=1')).toBe('0 /a?b=1 -');
  expect(await at('cart.shop.localhost')).toBe('1 / -');
  expect(await at('2b2b2b2b-cart.shop.localhost')).toBe('2 / -');
  expect(await at('2b2b2b2b-hello.localhost')).toBe('3 / -');
  expect(await at('127.0.0.1', '/p/shop/functions/cart?x=/y')).toBe('1 /?x=/y /p/shop/functions/cart');
  expect(await at('127.0.0.1', '/p/shop/functions/cart/a/b?c')).toBe('1 /a/b?c /p/shop/functions/cart');
  expect(await at('hello.localhost', '/p/shop/functions/cart')).toBe('0 /p/shop/functions/cart -');
  expect(await at('api.example.com', '/cart/7')).toBe('1 /cart/7 -');
  expect(await at('api.example.com', '/cart/7', 'PUT')).toBe('0 /cart/7 -');
  expect((await front.ask({ host: '99999999-cart.shop.localhost' })).body).toMatch(
    /no version that begins with 99999999/,
  );
});

test("headers that are the platform's reach the function only from the platform", async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, echo);
  const forged = {
    'x-selvedge-invoke': '1',
    'x-selvedge-mount': '/evil',
    'x-selvedge-probe': '1',
    'x-selvedge-error': 'FN_004',
    'x-selvedge-outcome': 'threw',
    'cf-blob': '{"country":"XX"}',
    'cf-scheme': 'https',
    'x-request-id': 'mine-1',
  };
  const { headers } = JSON.parse((await front.ask({ headers: forged })).body);
  expect(Object.keys(headers).filter((name) => name.startsWith('x-selvedge'))).toEqual([]);
  expect(headers['cf-blob'] ?? '').not.toContain('XX');
  expect(headers['cf-scheme']).toBe('http');
  expect(headers['x-request-id']).toBe('mine-1');
});

test('a request id is kept if it can be used and made otherwise', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, echo);
  const kept = await front.ask({ headers: { 'x-request-id': 'a'.repeat(128) } });
  expect(kept.headers['x-request-id']).toBe('a'.repeat(128));
  const ids = await Promise.all(
    [{}, {}, { 'x-request-id': 'a'.repeat(129) }].map(
      async (headers) => JSON.parse((await front.ask({ headers })).body).headers['x-request-id'],
    ),
  );
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}-[0-9a-z]+$/);
});

test('a function can not claim that the platform failed', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, (_, response) =>
    answer(response, 'mine', { 'x-selvedge-error': 'FN_003', 'x-own': 'kept' }),
  );
  const reply = await front.ask();
  expect(reply.headers).not.toHaveProperty('x-selvedge-error');
  expect([reply.status, reply.body, reply.headers['x-own']]).toEqual([200, 'mine', 'kept']);
});

test('a response that says it threw is not believed with another status than 500', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, (_, response) => answer(response, 'mine', { 'x-selvedge-outcome': 'threw' }));
  const reply = await front.ask();
  expect(reply.status).toBe(200);
  expect(reply.headers).not.toHaveProperty('x-selvedge-error');
  expect(reply.headers).not.toHaveProperty('x-selvedge-outcome');
  expect((await front.status()).versions).toMatchObject([{ errors: 0, refused: {} }]);
});

test('a handler that threw becomes FN_004 with the body that its harness wrote', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, (_, response) => {
    response.writeHead(500, { 'x-selvedge-outcome': 'threw', 'content-length': '2' }).end('{}');
  });
  const reply = await front.ask();
  expect([reply.status, reply.body, reply.headers['x-selvedge-error']]).toEqual([500, '{}', 'FN_004']);
  expect(reply.headers).not.toHaveProperty('x-selvedge-outcome');
  const status = await front.status();
  expect(status.versions).toMatchObject([{ errors: 1, refused: {} }]);
  expect(status.records).toMatchObject([{ status: 500, error: 'FN_004' }]);
});

test('bodies pass up to the limit and are refused one byte past it, with a length and without', async () => {
  const front = await useFront(aTable([anEntry({ requestBytesMax: 1000 })]));
  const whole: string[] = [];
  await front.slot(0, async (request, response) => {
    whole.push(await bodyOf(request).catch(() => 'broken'));
    answer(response, JSON.stringify({ body: whole.at(-1) }));
  });
  const post = (body: string | readonly string[]) => front.ask({ method: 'POST', body });
  expect(JSON.parse((await post('x'.repeat(1000))).body).body).toHaveLength(1000);
  expect(JSON.parse((await post(['x'.repeat(999), 'y'])).body).body).toHaveLength(1000);
  for (const body of ['x'.repeat(1001), ['x'.repeat(999), 'yz']]) {
    const reply = await post(body);
    expect([reply.status, reply.headers['x-selvedge-error']]).toEqual([413, 'FN_006']);
    expect(errorOf(reply).message).toMatch(/longer than 1000 bytes/);
  }
  // A function must not take the part that came for the whole.
  expect(whole.filter((body) => body !== 'broken').map(({ length }) => length)).toEqual([1000, 1000]);
});

test('a URL one past what workerd sends on is refused, and its instance is still asked', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, echo);
  const long = '/'.padEnd(65_534 - 'http://hello.localhost'.length, 'x');
  expect((await front.ask({ path: long })).status).toBe(200);
  const refused = await front.ask({ path: `${long}x`, method: 'DELETE' });
  expect([refused.status, errorOf(refused).code]).toEqual([414, 'FN_006']);
  expect(errorOf(refused).message).toMatch(/65535 characters.*65534/);
  expect((await front.ask({ method: 'DELETE' })).status).toBe(200);
});

test('a GET with a body is served without the body', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, echo);
  const reply = await front.ask({ body: 'abc' });
  expect(JSON.parse(reply.body)).toMatchObject({ method: 'GET', body: '' });
});

test('redirects and methods pass as they are', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, (request, response) =>
    response.writeHead(302, { location: '/there', 'x-method': request.method }).end(),
  );
  const reply = await front.ask({ method: 'DELETE' });
  expect([reply.status, reply.headers.location, reply.headers['x-method']]).toEqual([
    302,
    '/there',
    'DELETE',
  ]);
});

test('a version without an instance is activated, and its slot used at once', async () => {
  const front = await useFront(aTable([anEntry({ slots: {} })]));
  const asked: unknown[] = [];
  await front.slot(4, says('started'));
  await front.control(async (request, response) => {
    asked.push([request.url, JSON.parse(await bodyOf(request))]);
    answer(response, JSON.stringify({ generation: 1, slots: [4] }));
  });
  expect((await front.ask()).body).toBe('started');
  expect((await front.ask()).body).toBe('started');
  expect(asked).toEqual([['/activate', { function: 'fn_hello', version: V1, generation: 1 }]]);
  const { versions, records } = await front.status();
  expect(versions).toMatchObject([{ requests: 2, coldStarts: 1, queued: 0, inFlight: 0 }]);
  expect(records.map(({ coldStart }) => coldStart)).toEqual([true, false]);
});

test("control's refusal is passed on, and control's absence is told", async () => {
  const front = await useFront(aTable([anEntry({ slots: {} })]));
  const absent = await front.ask();
  expect([absent.status, errorOf(absent).code, absent.headers['retry-after']]).toEqual([503, 'FN_008', '1']);
  expect(errorOf(absent).message).toMatch(/control.*is not reachable; functions that are running go on/);
  await front.control((_, response) => {
    response
      .writeHead(503)
      .end('{"error":{"code":"FN_005","message":"It failed at line 3.","retryAfterSeconds":7}}');
  });
  const refused = await front.ask();
  expect([refused.status, errorOf(refused).message, refused.headers['retry-after']]).toEqual([
    503,
    'It failed at line 3.',
    '7',
  ]);
  expect(refused.headers['x-selvedge-error']).toBe('FN_005');
});

test('a cold start that takes longer than a request may wait is told as FN_008', async () => {
  const front = await useFront(aTable([anEntry({ slots: {}, queueTimeoutMs: 200 })]));
  await front.control(() => undefined);
  const reply = await front.ask();
  expect([reply.status, errorOf(reply).code]).toEqual([503, 'FN_008']);
  expect((await front.status()).versions).toMatchObject([{ queued: 0, refused: { FN_008: 1 } }]);
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

test('requests above the concurrency wait in order, and one past the queue is refused', async () => {
  const front = await useFront(aTable([anEntry({ concurrency: 1, queueLength: 2 })]));
  const held: ServerResponse[] = [];
  const order: string[] = [];
  await front.slot(0, (request, response) => {
    order.push(String(request.url));
    held.push(response);
  });
  const first = front.ask({ path: '/1' });
  await vi.waitFor(() => expect(held).toHaveLength(1));
  const waiting: Promise<unknown>[] = [];
  for (const queued of [1, 2]) {
    waiting.push(front.ask({ path: `/${queued + 1}` }));
    await vi.waitFor(async () => expect((await front.status()).versions).toMatchObject([{ queued }]));
  }
  const refused = await front.ask({ path: '/4' });
  expect([refused.status, errorOf(refused).code, refused.headers['retry-after']]).toEqual([
    429,
    'FN_007',
    '1',
  ]);
  expect(errorOf(refused).message).toMatch(/2 requests wait already/);
  for (const count of [1, 2, 3]) {
    await vi.waitFor(() => expect(held).toHaveLength(count));
    answer(held[count - 1] as ServerResponse, 'done');
  }
  await Promise.all([first, ...waiting]);
  expect(order).toEqual(['/1', '/2', '/3']);
  expect((await front.status()).versions).toMatchObject([
    { inFlight: 0, queued: 0, requests: 4, refused: { FN_007: 1 } },
  ]);
});

test('a request waits no longer than its queue lets it', async () => {
  const front = await useFront(aTable([anEntry({ concurrency: 1, queueTimeoutMs: 150 })]));
  const held: ServerResponse[] = [];
  await front.slot(0, (_, response) => held.push(response));
  const first = front.ask();
  await vi.waitFor(() => expect(held).toHaveLength(1));
  const late = await front.ask();
  expect([late.status, errorOf(late).message]).toEqual([429, expect.stringMatching(/busy for 150 ms/)]);
  answer(held[0] as ServerResponse, 'done');
  expect((await first).body).toBe('done');
});

test('clients that leave the queue do not take a place with them', async () => {
  const front = await useFront(aTable([anEntry({ concurrency: 1 })]));
  const held: ServerResponse[] = [];
  await front.slot(0, (_, response) => held.push(response));
  const first = front.ask();
  await vi.waitFor(() => expect(held).toHaveLength(1));
  const leave = await leavers(front.port, 5, '/');
  await vi.waitFor(async () => expect((await front.status()).versions).toMatchObject([{ queued: 5 }]));
  const last = front.ask();
  await vi.waitFor(async () => expect((await front.status()).versions).toMatchObject([{ queued: 6 }]));
  leave();
  await vi.waitFor(async () => expect((await front.status()).versions).toMatchObject([{ queued: 1 }]));
  answer(held[0] as ServerResponse, 'done');
  await vi.waitFor(() => expect(held).toHaveLength(2));
  answer(held[1] as ServerResponse, 'last');
  expect([(await first).body, (await last).body]).toEqual(['done', 'last']);
});

test('load above the target asks control for one more instance, once', async () => {
  const front = await useFront(aTable([anEntry({ targetConcurrency: 1 })]));
  const asked: string[] = [];
  await front.control((request, response) => {
    asked.push(String(request.url));
    response.writeHead(202).end('{}');
  });
  const held: ServerResponse[] = [];
  await front.slot(0, (_, response) => held.push(response));
  const replies = [1, 2, 3].map(() => front.ask());
  await vi.waitFor(() => expect(held).toHaveLength(3));
  for (const response of held) answer(response, 'done');
  await Promise.all(replies);
  await vi.waitFor(() => expect(asked).toEqual(['/scale']));
});

test('requests go to the instance that has the fewest', async () => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1] } })]));
  const held: [number, ServerResponse][] = [];
  for (const slot of [0, 1]) await front.slot(slot, (_, response) => held.push([slot, response]));
  const replies = [1, 2, 3, 4].map(() => front.ask());
  await vi.waitFor(() => expect(held).toHaveLength(4));
  expect(held.map(([slot]) => slot).sort()).toEqual([0, 0, 1, 1]);
  expect((await front.status()).awaiting).toEqual({ 0: 2, 1: 2 });
  for (const [, response] of held) answer(response, 'done');
  await Promise.all(replies);
});

test('a function that does not answer in time is given up, and its work cancelled', async () => {
  const front = await useFront(aTable([anEntry({ timeoutMs: 300 })]));
  let closed = 0;
  await front.slot(0, (_, response) =>
    response.on('close', () => {
      closed += 1;
    }),
  );
  const reply = await front.ask();
  expect([reply.status, reply.headers['x-selvedge-error']]).toEqual([504, 'FN_002']);
  expect(errorOf(reply).message).toMatch(/timeout of 0.3 s/);
  await vi.waitFor(() => expect(closed).toBe(1));
  expect(await front.status()).toMatchObject({
    awaiting: {},
    inFlight: {},
    versions: [{ refused: { FN_002: 1 } }],
  });
});

/** Sends `count` requests on connections of their own; the returned function resets all of them. */
async function leavers(port: number, count: number, path: string): Promise<() => void> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'));
  for (const socket of sockets) {
    socket.on('error', () => undefined).resume();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: hello.localhost\r\n\r\n`);
  }
  return () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
}

test('a hundred clients that reset their connection leave no counter raised, before the head and after', async () => {
  const front = await useFront(aTable([anEntry({ concurrency: 1000, timeoutMs: 60_000 })]));
  let open = 0;
  await front.slot(0, (request, response) => {
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    if (request.url === '/stream') sse(request, response);
  });
  for (const [path, awaiting] of [
    ['/silent', { 0: 100 }],
    ['/stream', {}],
  ] as const) {
    const leave = await leavers(front.port, 100, path);
    await vi.waitFor(async () =>
      expect(await front.status()).toMatchObject({ awaiting, inFlight: { 0: 100 } }),
    );
    leave();
    await vi.waitFor(async () => expect((await front.status()).inFlight).toEqual({}));
    await vi.waitFor(() => expect(open).toBe(0));
  }
  expect(await front.status()).toMatchObject({
    awaiting: {},
    versions: [{ inFlight: 0, queued: 0, requests: 200 }],
  });
});

const sse: RequestListener = (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: 1\n\n');
  if (request.url === '/finish') response.end('data: 2\n\n');
};

test('a stream passes as it comes and is in flight until it ends', async () => {
  const front = await useFront(aTable([anEntry()]));
  const streams: ServerResponse[] = [];
  await front.slot(0, (request, response) => {
    sse(request, response);
    streams.push(response);
  });
  const received: string[] = [];
  const ended = new Promise<void>((resolve) => {
    request({ port: front.port, path: '/', headers: { host: 'hello.localhost' } }, (response) => {
      response.on('data', (chunk) => received.push(String(chunk)));
      response.on('end', resolve);
    }).end();
  });
  await vi.waitFor(() => expect(received.join('')).toBe('data: 1\n\n'));
  expect(await front.status()).toMatchObject({ awaiting: {}, inFlight: { 0: 1 } });
  streams[0]?.end('data: 2\n\n');
  await ended;
  expect(received.join('')).toBe('data: 1\n\ndata: 2\n\n');
  await vi.waitFor(async () => expect((await front.status()).inFlight).toEqual({}));
});

test('a web socket passes in both directions, and control is told who has had one', async () => {
  const front = await useFront(aTable([anEntry()]));
  const server = await front.slot(0, says('no upgrade'));
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'chat' });
  const codes: number[] = [];
  const ids: unknown[] = [];
  sockets.on('connection', (socket) => {
    socket.on('message', (data, binary) =>
      String(data) === 'bye' ? socket.close(4001, 'as you wish') : socket.send(data, { binary }),
    );
    socket.on('close', (code) => codes.push(code));
  });
  expect((await front.status()).upgraded).toEqual([]);
  const headers = { host: 'hello.localhost', 'x-request-id': 'mine' };
  const open = async (): Promise<{ client: WebSocket; received: [data: Buffer, binary: boolean][] }> => {
    const client = new WebSocket(`ws://127.0.0.1:${front.port}/chat`, ['chat'], { headers });
    const received: [Buffer, boolean][] = [];
    client.on('message', (data, binary) => received.push([data as Buffer, binary]));
    client.once('upgrade', ({ headers: answered }) => ids.push(answered['x-request-id']));
    await once(client, 'open');
    return { client, received };
  };
  const { client, received } = await open();
  expect(client.protocol).toBe('chat');
  client.send('hi');
  client.send(Buffer.alloc(100_000, 7));
  await vi.waitFor(() => expect(received).toHaveLength(2));
  expect(received).toEqual([
    [Buffer.from('hi'), false],
    [Buffer.alloc(100_000, 7), true],
  ]);
  expect(await front.status()).toMatchObject({ inFlight: {}, upgraded: [0], records: [{ status: 101 }] });
  client.send('bye');
  const [code, reason] = await once(client, 'close');
  expect([code, String(reason)]).toEqual([4001, 'as you wish']);

  const polite = await open();
  polite.client.close(4002);
  await vi.waitFor(() => expect(codes).toEqual([4001, 4002]));
  const rude = await open();
  rude.client.terminate();
  await vi.waitFor(() => expect(codes).toHaveLength(3));
  expect(ids).toEqual(['mine', 'mine', 'mine']);
});

test('what a client of a web socket does not read stays with the instance, and is not lost', async () => {
  const front = await useFront(aTable([anEntry()]));
  const server = await front.slot(0, says('still here'));
  const connected = once(new WebSocketServer({ server }), 'connection') as Promise<[WebSocket]>;
  const client = new WebSocket(`ws://127.0.0.1:${front.port}/`, { headers: { host: 'hello.localhost' } });
  let received = 0;
  client.on('message', () => {
    received += 1;
  });
  await once(client, 'open');
  client.pause();
  const [instance] = await connected;
  const [messages, bytes] = [128, 512 * 1024];
  for (let sent = 0; sent < messages; sent += 1) instance.send(Buffer.alloc(bytes));
  // The answers pass through the thread that would carry the messages: what it takes, it takes meanwhile.
  let before = Number.NaN;
  for (let standing = 0; standing < 30; ) {
    expect((await front.ask()).body).toBe('still here');
    standing = instance.bufferedAmount === before ? standing + 1 : 0;
    before = instance.bufferedAmount;
  }
  expect(instance.bufferedAmount).toBeGreaterThan((messages * bytes) / 2);
  client.resume();
  await vi.waitFor(() => expect(received).toBe(messages), 5000);
  client.terminate();
});

test('an instance that is gone is passed over for a request that may be repeated', async () => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1] } })]));
  await front.slot(1, says('the other'));
  const replies = await Promise.all([1, 2, 3].map(() => front.ask()));
  expect(replies.map(({ body }) => body)).toEqual(['the other', 'the other', 'the other']);
  await front.slot(0, destroys);
  expect((await front.ask()).body).toBe('the other');
});

test('the only instance being gone makes a request that may be repeated activate one', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, destroys);
  await front.slot(5, says('new'));
  await front.control((_, response) => answer(response, JSON.stringify({ generation: 1, slots: [5] })));
  expect((await front.ask()).body).toBe('new');
});

test('a request that may not be repeated is sent once, and its loss is told', async () => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1] } })]));
  const seen: string[] = [];
  for (const slot of [0, 1]) {
    await front.slot(slot, (request) => {
      seen.push(`${request.method}`);
      request.socket.destroy();
    });
  }
  const post = await front.ask({ method: 'POST', body: 'pay' });
  expect([post.status, errorOf(post).code, seen]).toEqual([500, 'FN_004', ['POST']]);
  expect(errorOf(post).message).toMatch(/instance ended.*POST may not be repeated/);
  seen.length = 0;
  const bodyless = await front.ask({ method: 'POST' });
  expect([bodyless.status, seen]).toEqual([500, ['POST']]);
});

test('a request that ends two instances is not sent to a third', async () => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1, 2] } })]));
  let seen = 0;
  for (const slot of [0, 1, 2]) {
    await front.slot(slot, (request) => {
      seen += 1;
      request.socket.destroy();
    });
  }
  const reply = await front.ask();
  expect([reply.status, errorOf(reply).code, seen]).toEqual([500, 'FN_004', 2]);
  expect(await front.status()).toMatchObject({ awaiting: {}, inFlight: {} });
});

test('a front never goes back, and asks for the whole table when a delta does not fit', async () => {
  const front = await useFront(aTable([anEntry()], { generation: 5 }));
  await front.slot(0, says('v1'));
  await front.slot(1, says('v2'));
  const older = await front.put(aTable([], { generation: 4 }));
  expect([older.status, generationOf(older)]).toEqual([409, 5]);
  const next = anEntry({ deployment: [{ version: V2, shareBp: 10_000 }], slots: { [V2]: [1] } });
  const delta = {
    version: ROUTING_TABLE_VERSION,
    generation: 7,
    functions: { fn_hello: next },
    removed: [],
  } as const;
  const gap = await front.patch({ ...delta, removed: [], base: 6 });
  expect([gap.status, generationOf(gap), (await front.ask()).body]).toEqual([409, 5, 'v1']);
  const fits = await front.patch({ ...delta, removed: [], base: 5 });
  expect([fits.status, generationOf(fits), (await front.ask()).body]).toEqual([200, 7, 'v2']);
  const other = await front.put({ ...aTable([], { generation: 9 }), version: 3 as 4 });
  expect([other.status, (await front.ask()).body]).toEqual([409, 'v2']);
  await front.patch({
    version: ROUTING_TABLE_VERSION,
    base: 7,
    generation: 8,
    functions: {},
    removed: ['fn_hello'],
  });
  expect((await front.ask({ path: '/gone' })).status).toBe(404);
});

test('a front that starts while control is down serves from the snapshot', async () => {
  const front = await useFront(undefined, aTable([anEntry()], { generation: 3 }));
  await front.slot(0, says('from the snapshot'));
  const replies = await Promise.all([1, 2, 3, 4].map(() => front.ask()));
  expect(replies.map(({ body }) => body)).toEqual(Array(4).fill('from the snapshot'));
  expect((await front.status()).generation).toBe(3);
});

test('a snapshot of an earlier Selvedge is refused, and the front serves when control has told it', async () => {
  const old = { ...aTable([anEntry()], { generation: 9 }), version: 3 as 4 };
  const front = await useFront(undefined, old);
  await front.slot(0, says('served'));
  const before = await front.ask();
  expect([before.status, errorOf(before).code]).toEqual([503, 'SYS_003']);
  expect(errorOf(before).message).toContain('no snapshot that it can read');
  await front.put(aTable([anEntry()], { generation: 3 }));
  expect((await front.ask()).body).toBe('served');
});

test('a front that has been told nothing asks control, once for all requests that wait', async () => {
  const front = await useFront(undefined, aTable([], { generation: 3 }));
  const asked: string[] = [];
  await front.slot(0, says('from control'));
  await front.control((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(response, JSON.stringify(aTable([anEntry()], { generation: 4 })));
  });
  const replies = await Promise.all([1, 2, 3, 4].map(() => front.ask()));
  expect(replies.map(({ body }) => body)).toEqual(Array(4).fill('from control'));
  expect(asked).toEqual(['GET /table']);
});

test('a front without control and without a snapshot says that it is starting', async () => {
  const front = await useFront();
  const reply = await front.ask();
  expect([reply.status, errorOf(reply).code, reply.headers['retry-after']]).toEqual([503, 'SYS_003', '1']);
});

test('control invokes any version, without a credential, and learns which instance answered', async () => {
  const front = await useFront(aTable([anEntry({ public: false, slots: { [V1]: [0], [V2]: [1] } })]));
  await front.slot(0, echo);
  await front.slot(1, says('preview'));
  const live = await front.askPrivate({
    method: 'POST',
    path: '/invoke/fn_hello/live/a/b?c=1',
    body: '{}',
    headers: { 'x-request-id': 'inv-1', 'x-selvedge-mount': '/m' },
  });
  expect(JSON.parse(live.body)).toMatchObject({
    url: '/a/b?c=1',
    method: 'POST',
    body: '{}',
    headers: {
      host: 'hello.localhost',
      'x-selvedge-invoke': '1',
      'x-selvedge-mount': '/m',
      'x-request-id': 'inv-1',
    },
  });
  expect(live.headers).toMatchObject({
    'x-selvedge-slot': '0',
    'x-selvedge-cold-start': '0',
    'x-request-id': 'inv-1',
  });
  expect(Number(live.headers['x-selvedge-duration-ms'])).toBeGreaterThanOrEqual(0);
  expect((await front.askPrivate({ path: `/invoke/fn_hello/${V2}` })).body).toBe('preview');
  const unknown = await front.askPrivate({ path: '/invoke/fn_none/live/' });
  expect([unknown.status, unknown.headers['x-selvedge-error']]).toEqual([404, 'FN_001']);
});

test('the status tells each invocation once, and counts by version', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, says('hi'));
  await front.ask({ path: '/a?b=1', headers: { 'x-request-id': 'r1' } });
  const first = await front.status();
  expect(first.records).toMatchObject([
    {
      seq: 1,
      requestId: 'r1',
      function: 'fn_hello',
      version: V1,
      method: 'GET',
      path: '/a',
      status: 200,
      coldStart: false,
    },
  ]);
  expect(first.versions[0]?.histogram.reduce((sum, count) => sum + count)).toBe(1);
  await front.ask({ path: '/c' });
  const second = await front.status(first.seq);
  expect(second.records.map(({ path }) => path)).toEqual(['/c']);
  expect([second.seq, second.recordsDropped]).toEqual([2, 0]);
});
