// Goal: a front takes each request to the region that its rules choose, and to another one only where that is safe.
// Method: real fronts and a real outbound; regions are servers on loopback, one of them another front.

import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type RequestListener, request } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { ROUTING_TABLE_VERSION } from '../../edge/contract/names.ts';
import type { RegionEntry } from '../../edge/contract/regions.ts';
import type { RegionsEntry } from '../../edge/contract/rules/regions.ts';
import type { SizeEntry } from '../../edge/contract/rules/size.ts';
import { signHop } from '../../edge/regions/hop.ts';
import { anEntry, aTable, errorOf, type RunningFront, ruleKeys, useFront } from '../support/use-front.ts';
import { type Origin, useOrigin } from '../support/use-origin.ts';
import { useOutbound } from '../support/use-outbound.ts';
import { waitFor } from '../support/wait-for.ts';

const SECRET = 'a secret of thirty-two characters';
const sealed = ruleKeys.seal('region', SECRET);
const ANY: RegionsEntry = { runIn: null, residency: [], prefer: 'order', failover: [] };

const region = (name: string, changes: Partial<RegionEntry> = {}): RegionEntry => ({
  ...{
    name,
    place: null,
    tags: [],
    endpoint: null,
    healthy: true,
    fault: null,
    latencyMs: 1,
    hopSecret: null,
  },
  ...changes,
});

const says =
  (text: string): RequestListener =>
  (incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      const { url, headers } = incoming;
      response.end(JSON.stringify({ text, url, headers, body: body.length }));
    });
  };

interface Setup {
  readonly size?: SizeEntry;
  readonly rule?: Partial<RegionsEntry>;
  readonly regions: readonly RegionEntry[];
  readonly here?: string;
}

/** A front with a way out; its instance says "here". */
async function useRegions({ rule = {}, regions, here = 'here', size }: Setup): Promise<RunningFront> {
  const runIn = regions.map(({ name }) => name);
  const rules = { regions: { ...ANY, runIn, ...rule }, ...(size && { size }) };
  const entry = anEntry({ requestBytesMax: 10_000_000, rules });
  const front = await useFront(aTable([entry], { regions: { here, list: regions } }));
  const outbound = await useOutbound();
  front.originAt(outbound.runDir.originSocket());
  await front.slot(0, says('here'));
  return front;
}

const gone = async (): Promise<Origin> => {
  const origin = await useOrigin(() => undefined);
  await origin.stop();
  return origin;
};
const told = ({ headers }: { headers: IncomingHttpHeaders }): unknown[] => [
  headers['x-selvedge-region'],
  headers['x-selvedge-region-why'],
];

test('this machine answers by an instance, another region by its endpoint, and the answer says which and why', async () => {
  const west = await useOrigin(says('west'));
  const front = await useRegions({ regions: [region('west', { endpoint: west.url }), region('here')] });
  const reply = await front.ask({ path: '/a?b=1', headers: { 'x-mine': '1' } });
  expect(told(reply)).toEqual(['west', 'order (number 1)']);
  expect(JSON.parse(reply.body)).toMatchObject({
    ...{ text: 'west', url: '/a?b=1' },
    headers: { host: 'hello.localhost', 'x-mine': '1', 'cdn-loop': 'selvedge' },
  });
  expect(JSON.parse(reply.body).headers).not.toHaveProperty('x-selvedge-hop');
  await front.patch({
    ...{ version: ROUTING_TABLE_VERSION, base: 1, generation: 2, functions: {}, removed: [] },
    regions: { here: 'here', list: [region('here')] },
  });
  const local = await front.ask();
  expect([JSON.parse(local.body).text, ...told(local)]).toEqual(['here', 'here', 'order (number 1)']);
});

test('a region that is not there is passed over, with a body as without, until no body is kept', async () => {
  const dead = await gone();
  const west = await useOrigin(says('west'));
  const regions = [region('dead', { endpoint: dead.url }), region('west', { endpoint: west.url })];
  const front = await useRegions({ regions });
  const why = 'failover from dead (nothing listens there (ECONNREFUSED))';
  for (const [method, body] of [
    ['GET', undefined],
    ['POST', 'x'.repeat(1000)],
    ['POST', 'x'.repeat(3_000_000)],
    ['POST', ['x'.repeat(1000), 'y'.repeat(1000)]],
  ] as const) {
    const reply = await front.ask({ method, ...(body && { body }) });
    expect([reply.status, ...told(reply)]).toEqual([200, 'west', why]);
    const length = typeof body === 'object' ? 2000 : (body?.length ?? 0);
    expect(JSON.parse(reply.body)).toMatchObject({ text: 'west', body: length });
  }
});

test('a body that does not say how long it is has the bound of the rule in another region too', async () => {
  const west = await useOrigin(says('west'));
  const regions = [region('west', { endpoint: west.url })];
  const front = await useRegions({ regions, size: { bodyBytesMax: 10 } });
  const fits = await front.ask({ method: 'POST', body: ['01234', '56789'] });
  expect([fits.status, JSON.parse(fits.body).body]).toEqual([200, 10]);
  const long = await front.ask({ method: 'POST', body: ['01234', '567890'] });
  expect([long.status, errorOf(long).code]).toEqual([413, 'FN_006']);
});

test('what may have been seen is sent to another region only if twice is as once', async () => {
  const cut = await useOrigin((incoming) =>
    incoming.on('data', () => incoming.socket.destroy()).on('end', () => incoming.socket.destroy()),
  );
  const front = await useRegions({ regions: [region('cut', { endpoint: cut.url }), region('here')] });
  const get = await front.ask();
  expect([get.status, ...told(get)]).toEqual([
    ...[200, 'here', expect.stringMatching(/^failover from cut \(the other side ended/)],
  ]);
  const post = await front.ask({ method: 'POST', body: 'x' });
  expect([post.status, errorOf(post).code]).toEqual([502, 'FN_008']);
  expect(errorOf(post).message).toMatch(
    /^Region cut broke the request off .* a POST may not be repeated safely/,
  );
});

test('a region that failed twice in a row is avoided at once, and the instance has the body all the same', async () => {
  const dead = await gone();
  const front = await useRegions({ regions: [region('dead', { endpoint: dead.url }), region('here')] });
  for (let round = 0; round < 3; round += 1) {
    const reply = await front.ask({ method: 'POST', body: 'four' });
    expect(JSON.parse(reply.body)).toMatchObject({ text: 'here', body: 4 });
    expect(told(reply)).toEqual(['here', 'failover from dead (nothing listens there (ECONNREFUSED))']);
  }
});

test('residency is a refusal: with its regions away nobody else is asked', async () => {
  const elsewhere = await useOrigin(says('elsewhere'));
  const regions = [
    region('eu', {
      tags: ['EU'],
      endpoint: 'http://127.0.0.1:9',
      healthy: false,
      fault: 'no answer to 3 questions',
    }),
    region('us', { tags: ['US'], endpoint: elsewhere.url }),
    region('here'),
  ];
  const front = await useRegions({ rule: { residency: ['EU'], failover: ['us', 'here'] }, regions });
  const reply = await front.ask();
  expect([reply.status, errorOf(reply).code, reply.headers['retry-after']]).toEqual([503, 'FN_008', '1']);
  expect(errorOf(reply).message).toBe(
    'No region within EU where this function may run is healthy: eu (no answer to 3 questions). It is answered nowhere else.',
  );
});

test('where no region is reached the answer names all that were tried', async () => {
  const [one, other] = [await gone(), await gone()];
  const regions = [region('one', { endpoint: one.url }), region('other', { endpoint: other.url })];
  const front = await useRegions({ regions });
  const reply = await front.ask();
  expect([reply.status, errorOf(reply).code]).toEqual([503, 'FN_008']);
  expect(errorOf(reply).message).toMatch(
    /could be reached: one \(nothing listens.*\), other \(nothing listens/,
  );
});

test('a platform with the secret of a region is believed who the client is, and never asked twice', async () => {
  const rule = { runIn: null };
  const east = await useRegions({ rule, here: 'east', regions: [region('east', { hopSecret: sealed })] });
  const west = await useRegions({
    ...{ rule: { runIn: ['east', 'west'] }, here: 'west' },
    regions: [
      region('east', { endpoint: `http://127.0.0.1:${east.port}`, hopSecret: sealed }),
      region('west'),
    ],
  });
  const reply = await west.ask({
    host: '127.0.0.1',
    path: '/p/default/functions/hello/x',
    headers: { 'x-selvedge-hop': 'forged' },
  });
  expect(told(reply)).toEqual(['east', 'order (number 1)']);
  // The far side has found the function by the path, and taken the hop off.
  expect(JSON.parse(reply.body)).toMatchObject({ text: 'here', url: '/x' });
  expect(JSON.parse(reply.body).headers).not.toHaveProperty('x-selvedge-hop');
  // An error that the far platform makes is the platform's here too.
  const missing = await west.ask({
    headers: { 'x-selvedge-version': 'nonsense', authorization: 'Bearer token' },
  });
  expect([missing.status, missing.headers['x-selvedge-error']]).toEqual([404, 'FN_001']);
});

test('two platforms that lead to each other answer at the second; a stranger’s word, or none, changes nothing', async () => {
  const east = await useRegions({
    ...{ rule: { runIn: ['nowhere', 'east'] }, here: 'east' },
    regions: [region('nowhere', { endpoint: 'http://127.0.0.1:9' }), region('east', { hopSecret: sealed })],
  });
  const headerOf = (secret: string): Promise<string> => {
    const client = { ip: '203.0.113.7', scheme: 'https', geo: null, proxied: false, chain: '' } as const;
    const asked = { method: 'GET', host: 'hello.localhost' };
    return signHop(secret, { from: 'west', to: 'east', client }, asked, Date.now());
  };
  const ours = await east.ask({ headers: { 'x-selvedge-hop': await headerOf(SECRET) } });
  expect([JSON.parse(ours.body).text, ...told(ours)]).toEqual(['here', undefined, undefined]);
  expect(JSON.parse(ours.body).headers['cf-connecting-ip']).toBe('203.0.113.7');
  const forged = await east.ask({
    headers: { 'x-selvedge-hop': await headerOf('of somebody else, 32 characters!') },
  });
  expect(told(forged)).toEqual(['east', expect.stringMatching(/^failover from nowhere/)]);
  expect(JSON.parse(forged.body).headers['cf-connecting-ip']).toBe('127.0.0.1');
});

test('a request that a platform passes on to a region whose rules do not allow it is refused there', async () => {
  const east = await useRegions({
    ...{ rule: { runIn: null, residency: ['EU'] }, here: 'east' },
    regions: [region('east', { hopSecret: sealed, tags: ['US'] }), region('eu', { tags: ['EU'] })],
  });
  const client = { ip: null, scheme: 'http', geo: null, proxied: false, chain: '' } as const;
  const asked = { method: 'GET', host: 'hello.localhost' };
  const hop = await signHop(SECRET, { from: 'west', to: 'east', client }, asked, Date.now());
  const reply = await east.ask({ headers: { 'x-selvedge-hop': hop } });
  expect([reply.status, errorOf(reply).message]).toEqual([
    ...[503, expect.stringMatching(/passed on from region west to east, where rules.regions do not let/)],
  ]);
});

test('regions without a secret that lead to each other end in a refusal and not in a flood', async () => {
  const regions = (port: number) => [region('next', { endpoint: `http://127.0.0.1:${port}` })];
  const front = await useRegions({ regions: regions(9) });
  await front.patch({
    ...{ version: ROUTING_TABLE_VERSION, base: 1, generation: 2, functions: {}, removed: [] },
    regions: { here: 'here', list: regions(front.port) },
  });
  const reply = await front.ask();
  expect([reply.status, errorOf(reply).message]).toEqual([
    502,
    expect.stringMatching(/goes in a circle: 4 platforms/),
  ]);
});

test("a body that is longer than a function's may be is refused, whoever would have had it", async () => {
  const west = await useOrigin(says('west'));
  const front = await useRegions({ regions: [region('west', { endpoint: west.url })] });
  const reply = await front.ask({ method: 'POST', body: ['x'.repeat(9_000_000), 'x'.repeat(2_000_000)] });
  expect([reply.status, errorOf(reply).code]).toEqual([413, 'FN_006']);
});

test('WebSockets pass to a region', async () => {
  const west = await useOrigin((_, response) => void response.writeHead(426).end());
  new WebSocketServer({ server: west.server }).on('connection', (socket) =>
    socket.on('message', (data) => socket.send(`west ${data}`)),
  );
  const front = await useRegions({ regions: [region('west', { endpoint: west.url })] });
  const client = new WebSocket(`ws://127.0.0.1:${front.port}/chat`, { headers: { host: 'hello.localhost' } });
  const upgraded = once(client, 'upgrade');
  await once(client, 'open');
  client.send('hi');
  const [message] = await once(client, 'message');
  client.close();
  expect(String(message)).toBe('west hi');
  const [{ headers }] = await upgraded;
  expect(headers['x-selvedge-region']).toBe('west');
});

test('who waits for a region that is given up meanwhile goes to the next one, or is told', async () => {
  const asked: string[] = [];
  const silent = await useOrigin((incoming) => void asked.push(String(incoming.method)));
  const regions = [region('silent', { endpoint: silent.url }), region('here')];
  const front = await useRegions({ regions });
  const [get, post] = [front.ask(), front.ask({ method: 'POST', body: 'x' })];
  await waitFor('both to be under way', () => asked.length === 2);
  const given = { healthy: false, fault: 'it did not answer within 2 seconds' };
  await front.patch({
    ...{ version: ROUTING_TABLE_VERSION, base: 1, generation: 2, functions: {}, removed: [] },
    regions: {
      here: 'here',
      list: [{ ...region('silent', { endpoint: silent.url }), ...given }, region('here')],
    },
  });
  expect(told(await get)).toEqual(['here', 'failover from silent (it did not answer within 2 seconds)']);
  expect(errorOf(await post).message).toMatch(/^Region silent broke the request off/);
});

test('an answer is passed on as it comes, and an encoded one as it is', async () => {
  const zipped = gzipSync('hello '.repeat(1000));
  let more: (() => void) | undefined;
  const west = await useOrigin((incoming, response) => {
    if (incoming.url === '/zipped') {
      response
        .writeHead(200, { 'content-encoding': 'gzip', 'content-length': zipped.byteLength })
        .end(zipped);
      return;
    }
    response.write('first');
    more = () => response.end('second');
  });
  const front = await useRegions({ regions: [region('west', { endpoint: west.url })] });
  const received = (path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      request({ port: front.port, path, headers: { host: 'hello.localhost' }, agent: false }, resolve)
        .on('error', reject)
        .end();
    });
  const stream = await received('/stream');
  const [first] = await once(stream, 'data');
  expect(String(first)).toBe('first');
  more?.();
  expect(await text(stream)).toBe('second');
  const encoded = await received('/zipped');
  expect(gunzipSync(await buffer(encoded)).toString()).toBe('hello '.repeat(1000));
});

test('of a region that breaks its answer off the client gets no whole one', async () => {
  const west = await useOrigin((_, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('begun', () => response.destroy());
  });
  const front = await useRegions({ regions: [region('west', { endpoint: west.url }), region('here')] });
  await expect(front.ask()).rejects.toThrow(/aborted|hang up/);
});
