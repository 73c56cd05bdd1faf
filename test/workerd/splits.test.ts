// Goal: visitors of a split get the versions that their shares, their cookies and their rights give them, at the front
// that runs in workerd.
// Method: the built router behind its emitted config; the instances of two versions are servers of the test, which
// answer with their name and what they were sent.

import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { ROUTING_TABLE_VERSION } from '../../edge/contract/names.ts';
import type { Credentials, FunctionEntry } from '../../edge/contract/routing-table.ts';
import {
  anEntry,
  aTable,
  errorOf,
  HASH_OF_TOKEN,
  type Reply,
  type RunningFront,
  useFront,
  V1,
  V2,
} from '../support/use-front.ts';

const V3 = '3c'.repeat(32);
const VISITOR =
  /^__selvedge_visitor=([0-9a-f]{32})\.([0-9a-f]{8}); Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax/;
const owner = { authorization: 'Bearer token' };
const requests = 60;

const shares = (...list: readonly (readonly [string, number])[]): FunctionEntry['deployment'] =>
  list.map(([version, shareBp]) => ({ version, shareBp }));
const split = (changes: Partial<FunctionEntry> = {}): FunctionEntry =>
  anEntry({
    deployment: shares([V2, 5_000], [V1, 5_000]),
    slots: { [V1]: [0], [V2]: [1] },
    sticky: { by: 'cookie', name: '__selvedge_visitor' },
    ...changes,
  });

interface Seen {
  readonly by: string;
  readonly headers: IncomingHttpHeaders;
}

/** Each version answers with its name and the headers that it got, and with a header that is not its to set. */
async function useSplit(entry: FunctionEntry): Promise<RunningFront> {
  const front = await useFront(aTable([entry]));
  for (const [version, slots] of Object.entries(entry.slots))
    for (const slot of slots)
      await front.slot(slot, ({ headers }, response) => {
        const body = JSON.stringify({ by: version, headers });
        response.writeHead(200, {
          'content-length': Buffer.byteLength(body),
          'x-selvedge-version': 'forged',
          'set-cookie': 'own=1',
        });
        response.end(body);
      });
  return front;
}

const seen = ({ body }: Reply): Seen => JSON.parse(body) as Seen;
const cookiesOf = ({ headers }: Reply): string[] => headers['set-cookie'] ?? [];
const visitorOf = (reply: Reply): string | undefined =>
  cookiesOf(reply)
    .find((cookie) => VISITOR.test(cookie))
    ?.split(';')[0];
const times = <T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

test('a visitor gets a cookie once, beside those of the function, and then stays with his version', async () => {
  const front = await useSplit(split());
  const first = await times(requests, () => front.ask());
  expect(new Set(first.map((reply) => seen(reply).by))).toEqual(new Set([V1, V2]));
  for (const reply of first) {
    expect(cookiesOf(reply)).toEqual(['own=1', expect.stringMatching(VISITOR)]);
    const cookie = visitorOf(reply) as string;
    expect(cookie.slice(-8)).toBe(seen(reply).by.slice(0, 8));
    const again = await front.ask({ headers: { cookie: `other=1; ${cookie}` } });
    expect([seen(again).by, cookiesOf(again)]).toEqual([seen(reply).by, ['own=1']]);
  }
  expect(new Set(first.map(visitorOf)).size).toBe(requests);
});

test('the cookie is for https alone when the request came by it', async () => {
  const front = await useSplit(split());
  const [plain, proxied] = [
    await front.ask(),
    await front.ask({ headers: { 'x-forwarded-proto': 'https' } }),
  ];
  expect(cookiesOf(plain)[1]).toMatch(/SameSite=Lax$/);
  expect(cookiesOf(proxied)[1]).toMatch(/SameSite=Lax; Secure$/);
});

test('as shares grow visitors only come to the new version, and are told so in their cookie', async () => {
  const front = await useSplit(split({ deployment: shares([V2, 2_000], [V1, 8_000]) }));
  let generation = 1;
  const grow = async (deployment: FunctionEntry['deployment']): Promise<void> => {
    const functions = { fn_hello: split({ deployment }) };
    await front.patch({
      version: ROUTING_TABLE_VERSION,
      ...{ base: generation, generation: generation + 1, functions, removed: [] },
    });
    generation += 1;
  };
  const jars = (await times(requests, () => front.ask())).map((reply) => visitorOf(reply) as string);
  for (const share of [5_000, 9_000, 9_999]) {
    await grow(shares([V2, share], [V1, 10_000 - share]));
    for (const [n, cookie] of jars.entries()) {
      const reply = await front.ask({ headers: { cookie } });
      const [before, after] = [cookie.slice(-8), seen(reply).by.slice(0, 8)];
      if (before === V2.slice(0, 8)) expect(after).toBe(before);
      expect(visitorOf(reply)).toBe(before === after ? undefined : `${cookie.slice(0, -8)}${after}`);
      jars[n] = `${cookie.slice(0, -8)}${after}`;
    }
  }
  expect(jars.filter((cookie) => cookie.endsWith(V2.slice(0, 8))).length).toBeGreaterThan(requests / 2);
});

test('a version at share 0 keeps its visitors and takes no new ones', async () => {
  const front = await useSplit(split({ deployment: shares([V2, 10_000], [V1, 0]) }));
  const jar = (digits: string): string => `__selvedge_visitor=${'ab'.repeat(16)}.${digits}`;
  const at = async (cookie?: string): Promise<string> =>
    seen(await front.ask(cookie === undefined ? {} : { headers: { cookie } })).by;
  const anew = await times(20, () => at());
  expect(new Set(anew)).toEqual(new Set([V2]));
  expect(await at(jar(V1.slice(0, 8)))).toBe(V1);
  expect(await at(jar(V2.slice(0, 8)))).toBe(V2);
  expect(await at(jar(V3.slice(0, 8)))).toBe(V2);
  expect(cookiesOf(await front.ask())).toEqual(['own=1']);
});

test('a header or a key that a request brings says who the visitor is, and no cookie is set', async () => {
  const byHeader = await useSplit(split({ sticky: { by: 'header', name: 'x-user' } }));
  const of = async (front: RunningFront, headers: Record<string, string>): Promise<Reply[]> =>
    times(12, () => front.ask({ headers }));
  for (const user of ['ann', 'bob', 'cid', 'dan', 'eve']) {
    const replies = await of(byHeader, { 'x-user': user });
    expect(new Set(replies.map((reply) => seen(reply).by)).size, user).toBe(1);
    expect(replies.flatMap(cookiesOf)).toEqual(Array(12).fill('own=1'));
  }
  const users = await times(requests, (n) => byHeader.ask({ headers: { 'x-user': `user ${n}` } }));
  const nobody = await times(requests, () => byHeader.ask());
  for (const replies of [users, nobody]) {
    expect(new Set(replies.map((reply) => seen(reply).by))).toEqual(new Set([V1, V2]));
  }
  const byCookie = await useSplit(split());
  const keyed = await of(byCookie, { 'cloudflare-workers-version-key': 'ann' });
  expect(new Set(keyed.map((reply) => seen(reply).by)).size).toBe(1);
  expect(keyed.flatMap(cookiesOf)).toEqual(Array(12).fill('own=1'));
});

test('a user key is the credential that opened the function; strangers are not told apart', async () => {
  const front = await useSplit(split({ sticky: { by: 'key' } }));
  const known = await times(30, () => front.ask({ headers: owner }));
  const strangers = await times(requests, () => front.ask());
  expect(new Set(known.map((reply) => seen(reply).by)).size).toBe(1);
  expect(new Set(strangers.map((reply) => seen(reply).by))).toEqual(new Set([V1, V2]));
});

test("an owner chooses the version by header, even at a preview's host, and is told which one served", async () => {
  const entry = split({ previews: [V3], slots: { [V1]: [0], [V2]: [1], [V3]: [2] }, aliases: { old: V1 } });
  const front = await useSplit(entry);
  const ask = async (headers: Record<string, string>, host?: string): Promise<unknown[]> => {
    const reply = await front.ask({ headers: { ...owner, ...headers }, ...(host && { host }) });
    return [seen(reply).by, reply.headers['x-selvedge-version'], cookiesOf(reply)];
  };
  for (const [wanted, version] of [
    [V3, V3],
    [V1.slice(0, 8), V1],
    ['old', V1],
  ] as const)
    expect(await ask({ 'x-selvedge-version': wanted }), wanted).toEqual([version, version, ['own=1']]);
  const uuid = '3c3c3c3c-3c3c-3c3c-3c3c-3c3c3c3c3c3c';
  expect(await ask({ 'Cloudflare-Workers-Version-Overrides': `hello="${uuid}"` })).toEqual([
    ...[V3, V3, ['own=1']],
  ]);
  expect(await ask({ 'x-selvedge-version': V1 }, '3c3c3c3c-hello.localhost')).toEqual([V1, V1, ['own=1']]);
});

test('a version that cannot be had is refused and nothing is started', async () => {
  const front = await useSplit(split());
  const reply = await front.ask({ headers: { ...owner, 'x-selvedge-version': '99999999' } });
  expect([reply.status, errorOf(reply).code]).toEqual([404, 'FN_001']);
  expect(errorOf(reply).message).toMatch(/"hello".*no version or alias "99999999"/);
  expect((await front.status()).versions).toEqual([]);
});

test('"show" tells the version that served, also on an error of the platform, and changes nothing', async () => {
  const front = await useSplit(split({ deployment: shares([V2, 10_000]), slots: { [V2]: [1] } }));
  const shown = { ...owner, 'x-selvedge-version': 'show' };
  expect((await front.ask({ headers: shown })).headers['x-selvedge-version']).toBe(V2);
  const wide = await useFront(aTable([split({ deployment: shares([V2, 10_000]), slots: { [V2]: [5] } })]));
  const failed = await wide.ask({ method: 'POST', headers: shown });
  expect([failed.status, failed.headers['x-selvedge-version']]).toEqual([expect.any(Number), V2]);
  expect(failed.headers['x-selvedge-error']).toBeDefined();
});

test('strangers and invokers choose nothing, and no function sees or makes up what was asked for', async () => {
  const entry = split({ deployment: shares([V2, 10_000], [V1, 0]) });
  const front = await useSplit(entry);
  const wish = {
    'x-selvedge-version': V1,
    'cloudflare-workers-version-overrides': `hello="${V1}"`,
    'x-selvedge-shadow': '1',
  };
  const stranger = await front.ask({ headers: wish });
  expect([stranger.status, seen(stranger).by]).toEqual([200, V2]);
  expect(stranger.headers).not.toHaveProperty('x-selvedge-version');
  expect((await front.ask({ headers: { 'x-selvedge-version': 'show' } })).headers).not.toHaveProperty(
    'x-selvedge-version',
  );
  const mine = await front.ask({ headers: { ...owner, ...wish } });
  expect(seen(mine).by).toBe(V1);
  for (const reply of [stranger, mine])
    expect(Object.keys(seen(reply).headers).filter((name) => name in wish)).toEqual([]);

  const others: Credentials[string][] = [
    { role: 'invoker', projects: null, expiresAt: null },
    { role: 'owner', projects: ['other'], expiresAt: null },
    { role: 'owner', projects: null, expiresAt: 1 },
  ];
  for (const credential of others) {
    await front.put(aTable([entry], { credentials: { [HASH_OF_TOKEN]: credential } }));
    const refused = await front.ask({ headers: { ...owner, ...wish } });
    expect([refused.status, seen(refused).by], JSON.stringify(credential)).toEqual([200, V2]);
    expect(refused.headers).not.toHaveProperty('x-selvedge-version');
  }
});

test('control invokes whichever version it names, whatever headers it passes on', async () => {
  const front = await useSplit(split());
  const headers = { 'x-selvedge-version': V1, 'cloudflare-workers-version-overrides': `hello="${V1}"` };
  const reply = await front.askPrivate({ path: `/invoke/fn_hello/${V2}/x`, headers });
  expect(seen(reply).by).toBe(V2);
  expect(seen(reply).headers).not.toHaveProperty('x-selvedge-version');
});

test('an alias has a host of its own, behind function names and previews', async () => {
  const slots = { [V1]: [0], [V2]: [1] };
  const shop = { project: 'shop', slots, deployment: shares([V1, 10_000]) };
  const entries = [
    anEntry({ ...shop, id: 'a', name: 'cart', aliases: { staging: V2, 'a-b': V2, a: V1 } }),
    anEntry({ ...shop, id: 'b', name: 'b-cart', aliases: { a: V2, constructor: V1 } }),
    anEntry({ ...shop, id: 'c', name: 'x-cart', aliases: {}, previews: [V2] }),
  ];
  const front = await useFront(aTable(entries));
  for (const slot of [0, 1])
    await front.slot(slot, (_, response) => void response.writeHead(200).end(String(slot)));
  const at = async (label: string): Promise<string> => {
    const reply = await front.ask({ host: `${label}.shop.localhost:80` });
    return reply.status === 200 ? reply.body : errorOf(reply).code;
  };
  expect(await at('staging-cart')).toBe('1');
  // The longest name first: the alias `a` of `b-cart`, which leads to V2, as `a-b` of `cart` would.
  expect(await at('a-b-cart')).toBe('1');
  expect([await at('a-cart'), await at('x-cart')]).toEqual(['0', '0']);
  expect(await at('2b2b2b2b-x-cart')).toBe('1');
  expect([await at('nobody-cart'), await at('toString-cart'), await at('-cart')]).toEqual(
    Array(3).fill('FN_001'),
  );
});

test('a visitor whose answer is a WebSocket gets his cookie too', async () => {
  const front = await useFront(aTable([split()]));
  for (const slot of [0, 1]) {
    const server = await front.slot(slot, () => undefined);
    new WebSocketServer({ server }).on('connection', (socket) => socket.on('message', (m) => socket.send(m)));
  }
  const socket = new WebSocket(`ws://127.0.0.1:${front.port}`, { headers: { host: 'hello.localhost' } });
  const cookie = new Promise<string[] | undefined>((resolve) => {
    socket.once('upgrade', ({ headers }) => resolve(headers['set-cookie']));
  });
  const echoed = new Promise<string>((resolve, reject) => {
    socket.once('open', () => socket.send('hello'));
    socket.once('message', (message) => resolve(String(message)));
    socket.once('error', reject);
  });
  expect(await echoed).toBe('hello');
  expect(await cookie).toEqual([expect.stringMatching(VISITOR)]);
  socket.close();
});
