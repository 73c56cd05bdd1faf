// Goal: what the rules keep out reaches no function and starts none, and what they let in comes as it was sent.
// Method: the built router with rules as control compiles them; instances are servers of the test.

import { expect, test } from 'vitest';
import { type Ask, errorOf } from '../support/use-front.ts';
import { useGate } from '../support/use-gate.ts';

const APP = 'https://app.example.com';
const PREFLIGHT: Ask = {
  method: 'OPTIONS',
  headers: { origin: APP, 'access-control-request-method': 'PUT' },
};

test('an address that is denied gets 403, also by the spelling of IPv6, and the function none of it', async () => {
  const gate = await useGate({ ip: { deny: ['127.0.0.0/8'] } });
  const reply = await gate.ask();
  expect([reply.status, errorOf(reply).code]).toEqual([403, 'FN_009']);
  expect(errorOf(reply).message).toContain('127.0.0.1');
  expect(gate.reached).toEqual([]);
  expect((await (await useGate({ ip: { allow: ['127.0.0.1'] } })).ask()).status).toBe(200);
});

test('a header that says another address changes nothing', async () => {
  const gate = await useGate({ ip: { allow: ['10.0.0.1'] } });
  for (const name of [
    'x-forwarded-for',
    'x-real-ip',
    'cf-connecting-ip',
    'true-client-ip',
    'forwarded',
    'cf-blob',
  ]) {
    expect((await gate.ask({ headers: { [name]: '10.0.0.1' } })).status, name).toBe(403);
  }
});

test('bots get 403 by what they call themselves', async () => {
  const gate = await useGate({ bots: {} });
  const ask = async (agent?: string) =>
    (await gate.ask({ headers: agent ? { 'user-agent': agent } : {} })).status;
  expect([await ask('Googlebot/2.1'), await ask(), await ask('Mozilla/5.0 (X11) Firefox/140.0')]).toEqual([
    403, 403, 200,
  ]);
});

test('what is one larger than a rule lets in gets 413, 414 or 431', async () => {
  const gate = await useGate({ size: { body: 10, url: 20, headers: 512, header_count: 8 } });
  const ask = async (changes: Ask) => {
    const reply = await gate.ask(changes);
    if (reply.status !== 200) expect(errorOf(reply).code).toBe('FN_006');
    return reply.status;
  };
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`x-${at}`, '']));
  expect(await ask({ method: 'POST', body: 'x'.repeat(10) })).toBe(200);
  expect(await ask({ method: 'POST', body: 'x'.repeat(11) })).toBe(413);
  expect(await ask({ method: 'POST', body: ['x'.repeat(6), 'x'.repeat(4)] })).toBe(200);
  expect(await ask({ method: 'POST', body: ['x'.repeat(6), 'x'.repeat(5)] })).toBe(413);
  expect(await ask({ path: `/${'x'.repeat(19)}` })).toBe(200);
  expect(await ask({ path: `/${'x'.repeat(20)}` })).toBe(414);
  expect(await ask({ headers: { 'x-long': 'x'.repeat(512) } })).toBe(431);
  expect(await ask({ headers: many })).toBe(431);
  expect(gate.reached.filter((body) => body.length > 10)).toEqual([]);
});

test('a flood of preflights is answered by the router and starts no instance, of a private function neither', async () => {
  const gate = await useGate({ cors: { origins: [APP] } }, { idle: true, entry: { public: false } });
  const replies = await Promise.all(Array.from({ length: 100 }, () => gate.ask(PREFLIGHT)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([204]));
  expect(replies[0]?.headers).toMatchObject({
    'access-control-allow-origin': APP,
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  });
  expect([gate.startsAsked(), gate.reached]).toEqual([0, []]);
  const letIn = await gate.ask({ method: 'PUT', headers: { 'x-api-key': 'token' } });
  expect([letIn.status, gate.startsAsked() > 0]).toEqual([503, true]);
});

test('a preflight of an origin that is not named is told why, and its answers cannot be read', async () => {
  const gate = await useGate({ cors: { origins: [APP] } });
  for (const origin of ['https://evil.example', 'null', `${APP}.evil.example`]) {
    const refused = await gate.ask({ ...PREFLIGHT, headers: { ...PREFLIGHT.headers, origin } });
    expect([refused.status, errorOf(refused).code], origin).toEqual([403, 'FN_009']);
    expect(errorOf(refused).message).toContain(`${origin} is none of its origins`);
    const read = await gate.ask({ headers: { origin } });
    expect(read.status).toBe(200);
    expect(read.headers).not.toHaveProperty('access-control-allow-origin');
  }
});

test('an origin that is named may read refusals of the platform too', async () => {
  const gate = await useGate({ cors: { origins: [APP] } }, { entry: { public: false } });
  const refused = await gate.ask({ headers: { origin: APP } });
  expect([refused.status, refused.headers['access-control-allow-origin'], refused.headers.vary]).toEqual([
    401,
    APP,
    'Origin',
  ]);
  const read = await gate.ask({ headers: { origin: APP, 'x-api-key': 'token' } });
  expect([read.status, read.headers['access-control-allow-origin']]).toEqual([200, APP]);
});

test('OPTIONS that is no preflight reaches the function', async () => {
  const gate = await useGate({ cors: { origins: [APP] } });
  expect((await gate.ask({ method: 'OPTIONS' })).status).toBe(200);
  expect((await gate.ask({ method: 'OPTIONS', headers: { origin: APP } })).status).toBe(200);
  expect(gate.reached).toHaveLength(2);
});

test("another site's page cannot have a visitor's browser change anything", async () => {
  const gate = await useGate({ csrf: { origins: ['https://friend.example'] } });
  const post = async (headers: Record<string, string>) => {
    const reply = await gate.ask({ method: 'POST', body: 'x', headers: { cookie: 'session=1', ...headers } });
    return reply.status;
  };
  expect(await post({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await post({ origin: 'null' })).toBe(403);
  expect(await post({})).toBe(403);
  expect(gate.reached).toEqual([]);
  expect(await post({ origin: 'https://friend.example', 'sec-fetch-site': 'cross-site' })).toBe(200);
  expect(await post({ origin: 'http://hello.localhost' })).toBe(200);
  expect((await gate.ask({ headers: { cookie: 'session=1' } })).status).toBe(200);
  const shake = { cookie: 'session=1', connection: 'upgrade', upgrade: 'WebSocket' };
  const stranger = await gate.ask({ headers: { ...shake, origin: 'https://evil.example' } });
  expect([stranger.status, errorOf(stranger).message]).toEqual([
    403,
    expect.stringMatching(/^The WebSocket request is refused by the rule "csrf"/),
  ]);
});

test('a preflight meets the route of the request that is to follow, which need not take OPTIONS', async () => {
  const gate = await useGate(
    { cors: { origins: [APP] } },
    {
      routes: (rules) => [
        {
          function: 'fn_hello',
          host: 'api.example',
          path: '/pay',
          methods: ['PUT'],
          ...(rules && { rules }),
        },
        { function: 'fn_hello', host: 'api.example', path: '/plain', methods: ['PUT'] },
        { function: 'fn_hello', host: 'api.example', path: '/open', methods: null },
      ],
    },
  );
  const ask = async (path: string, changes: Record<string, string> = {}) =>
    (
      await gate.ask({
        ...PREFLIGHT,
        host: 'api.example',
        path,
        headers: { ...PREFLIGHT.headers, ...changes },
      })
    ).status;
  expect(await ask('/pay')).toBe(204);
  expect(await ask('/pay', { 'access-control-request-method': 'DELETE' })).toBe(404);
  expect(await ask('/plain')).toBe(404);
  expect(gate.reached).toEqual([]);
  expect(await ask('/open')).toBe(200);
  expect((await gate.ask({ method: 'OPTIONS', host: 'api.example', path: '/pay' })).status).toBe(404);
});
