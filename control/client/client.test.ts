// The client as its user calls it, over a `fetch` that answers what the test says and remembers what it was asked.

import { expect, test } from 'vitest';
import { useFakeControl } from '../../test/support/use-fake-control.ts';
import { createClient, SelvedgeError } from './client.ts';

const caught = (promise: Promise<unknown>): Promise<SelvedgeError> =>
  promise.then(
    () => expect.unreachable('it should have been rejected'),
    (error) => {
      expect(error).toBeInstanceOf(SelvedgeError);
      return error as SelvedgeError;
    },
  );

test('sends the token, the project and JSON, and a key with every POST', async () => {
  const { client, sent } = useFakeControl([{ status: 201, body: { id: 'fn_1' } }], { project: 'shop' });
  await client.functions.create({ name: 'cart', code: 'export default 1', public: true });
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    method: 'POST',
    url: 'http://control.test/functions',
    body: { project: 'shop', name: 'cart', code: 'export default 1', public: true },
  });
  expect(sent[0]?.headers).toMatchObject({
    authorization: 'Bearer token-of-the-test',
    'content-type': 'application/json',
    'idempotency-key': expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('speaks each operation at its method, path and query', async () => {
  const { client, sent } = useFakeControl(Array(30).fill({ body: { env: [] } }));
  const { functions, keys } = client;
  await functions.get('cart', { include: 'code' });
  await functions.list({ project: 'shop', limit: 5 });
  await functions.update('cart', { timeout: 5 });
  await functions.delete('cart', { project: 'shop' });
  await functions.deploy('cart');
  await functions.rollback('cart', '0123abcd');
  await functions.invoke('cart', { event: 1 });
  await functions.invokeAsync('cart');
  await functions.logs('cart', { level: 'warn' });
  await functions.versions('cart', { cursor: 'next' });
  await functions.version('cart', '0123abcd');
  await functions.deployments('cart');
  await functions.env.list('cart');
  await functions.env.set('cart', { key: 'A', value: '1' });
  await functions.env.delete('cart', 'A');
  await functions.secrets.list('cart');
  await functions.secrets.history('cart', 'A', { project: 'shop' });
  await client.rotateMasterKey();
  await keys.revoke('key_1');
  await client.audit({ actor: 'owner' });
  await client.health();
  await client.info();
  expect(sent.map(({ method, url }) => `${method} ${url.slice('http://control.test'.length)}`)).toEqual([
    'GET /functions/cart?include=code',
    'GET /functions?project=shop&limit=5',
    'PUT /functions/cart',
    'DELETE /functions/cart?project=shop',
    'POST /functions/cart/deploy',
    'POST /functions/cart/rollback',
    'POST /functions/cart/invoke',
    'POST /functions/cart/invoke?async=true',
    'GET /functions/cart/logs?level=warn',
    'GET /functions/cart/versions?cursor=next',
    'GET /functions/cart/versions/0123abcd',
    'GET /functions/cart/deployments',
    'GET /functions/cart/env',
    'POST /functions/cart/env',
    'DELETE /functions/cart/env/A',
    'GET /functions/cart/secrets',
    'GET /functions/cart/secrets/A/history?project=shop',
    'POST /master-key/rotate',
    'DELETE /keys/key_1',
    'GET /audit?actor=owner',
    'GET /health',
    'GET /info',
  ]);
});

test("rejects with the platform's code, message, places and build log", async () => {
  const issues = [{ message: 'no', file: 'index.js', line: 3 }];
  const { client } = useFakeControl([
    {
      status: 422,
      headers: { 'x-request-id': 'req-1' },
      body: {
        error: { code: 'FN_005', message: 'it does not build', build_logs: ['a', 'b'], issues },
        request_id: 'req-1',
      },
    },
  ]);
  const error = await caught(client.functions.deploy('cart'));
  expect({ ...error, message: error.message }).toMatchObject({
    ...{ code: 'FN_005', status: 422, message: 'it does not build', requestId: 'req-1', retryAfter: null },
    ...{ buildLogs: ['a', 'b'], issues },
  });
});

test("keeps the function's own stack apart from the program's", async () => {
  const { client } = useFakeControl([
    {
      status: 500,
      body: {
        error: { code: 'FN_004', message: 'x is no function', stack: 'TypeError\n    at index.ts:3:22' },
        ...{ request_id: 'req-2', duration_ms: 4 },
        logs: [{ level: 'log', message: 'before', time: '2026-11-21T12:00:00.000Z' }],
      },
    },
  ]);
  const error = await caught(client.functions.invoke('cart'));
  expect(error.functionStack).toContain('index.ts:3:22');
  expect(error.stack).not.toContain('index.ts:3:22');
  expect(error.logs.map(({ message }) => message)).toEqual(['before']);
  expect(error.durationMs).toBe(4);
});

test.each([
  [{ status: 200, text: '<html>' }, /no JSON/],
  [{ status: 502, text: '<html>Bad gateway' }, /502 .*Bad gateway/],
  [
    { status: 302, headers: { location: 'https://elsewhere.test/' } },
    /redirects to https:\/\/elsewhere.test/,
  ],
])('says that %o is no answer of a control API', async (answer, message) => {
  const { client } = useFakeControl([answer]);
  const error = await caught(client.functions.update('cart', {}));
  expect([error.code, error.status]).toEqual(['CLIENT_ANSWER', answer.status]);
  expect(error.message).toMatch(message);
});

test.each([
  [{ url: 'control' }, /url is "control"/],
  [{ url: 'ftp://a' }, /"ftp:"/],
  [{ url: 'http://a:b@c' }, /password/],
  [{ url: 'http://a/?x=1' }, /\?x=1/],
  [{ url: 'http://a', token: 'a secret\n' }, /token must/],
  [{ url: 'http://a', retries: 21 }, /retries is 21/],
  [{ url: 'http://a', timeoutMs: 0 }, /timeoutMs is 0/],
  [{ url: 'http://a', timeoutMs: 2_147_483_648 }, /timeoutMs is 2147483648/],
])('refuses the options %o', (options, message) => {
  expect(() => createClient(options)).toThrow(message);
});

test('a token that is refused is not told', () => {
  expect(() => createClient({ url: 'http://a', token: 'a secret\n' })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('secret') }),
  );
});

test.each(['', '.', '..'])('refuses %j as the id of a function, before anything is sent', async (id) => {
  const { client, sent } = useFakeControl([]);
  expect((await caught(client.functions.delete(id))).code).toBe('CLIENT_INPUT');
  expect(sent).toEqual([]);
});

test('keeps the path of a url, and escapes an id', async () => {
  const { client, sent } = useFakeControl([{ body: {} }], { url: 'http://control.test/selvedge/' });
  await client.functions.get('a/b?c');
  expect(sent[0]?.url).toBe('http://control.test/selvedge/functions/a%2Fb%3Fc');
});

test('refuses data that is no JSON, before anything is sent', async () => {
  const { client, sent } = useFakeControl([]);
  const error = await caught(client.functions.execute('cart', { amount: 1n }));
  expect([error.code, sent.length]).toEqual(['CLIENT_INPUT', 0]);
  expect(error.message).toContain('BigInt');
});

test("a timeout of execute is the function's for that call, and no other is sent", async () => {
  const { client, sent } = useFakeControl([{ body: { logs: [] } }, { body: { logs: [] } }]);
  await client.functions.execute('cart', { a: 1 }, { timeout: 60_000, headers: { 'x-a': 'b' } });
  await client.functions.execute('cart', { a: 1 });
  expect(sent.map(({ body }) => body)).toEqual([
    { event: { a: 1 }, timeout_ms: 60_000, headers: { 'x-a': 'b' } },
    { event: { a: 1 } },
  ]);
});
