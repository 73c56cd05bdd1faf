// Goal: a shadow gets copies of requests and is held against what visitors got, and no visitor notices.
// Method: the built router behind its emitted config; the live version and the shadow are servers of the test, and so
// is control. What was found is read as control reads it, from the front's status.

import { createHash } from 'node:crypto';
import { type IncomingMessage, type RequestListener, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { ShadowReport } from '../../edge/contract/front-api.ts';
import type { FunctionEntry } from '../../edge/contract/routing-table.ts';
import { comparedBytesMax } from '../../edge/traffic/seen-body.ts';
import { shadowSamplesMax, shadowsInFlightMax } from '../../edge/traffic/shadow-tally.ts';
import { anEntry, aTable, type RunningFront, useFront, V1, V2 } from '../support/use-front.ts';
import { waitFor } from '../support/wait-for.ts';

/** `keptBytesMax` of a front, whose files are for workerd alone. */
const keptBytesMax = 64 * 1024;

const shadowed = (changes: Partial<FunctionEntry> = {}): FunctionEntry =>
  anEntry({
    slots: { [V1]: [0], [V2]: [1] },
    shadow: { version: V2, shareBp: 10_000 },
    requestBytesMax: 1_000_000,
    ...changes,
  });
const sends =
  (body: string | Buffer, headers: Record<string, string | string[]> = {}, status = 200): RequestListener =>
  (incoming, response) => {
    incoming.resume().on('end', () => {
      response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
      response.end(body);
    });
  };
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

async function useShadow(
  live: RequestListener,
  shadow: RequestListener,
  changes: Partial<FunctionEntry> = {},
): Promise<RunningFront> {
  const front = await useFront(aTable([shadowed(changes)]));
  await front.slot(0, live);
  await front.slot(1, shadow);
  return front;
}

async function report(front: RunningFront, ready: (report: ShadowReport) => boolean): Promise<ShadowReport> {
  let found: ShadowReport | undefined;
  await waitFor('what the front says of its shadow', async () => {
    [found] = (await front.status()).shadows;
    return found !== undefined && ready(found);
  });
  return found as ShadowReport;
}

test('a copy goes to the shadow with method, body and headers, marked, and the same answer is counted', async () => {
  const copies: { incoming: IncomingMessage; body: string }[] = [];
  const echo: RequestListener = async (incoming, response) => {
    const body = await text(incoming);
    if (incoming.headers['x-selvedge-shadow']) copies.push({ incoming, body });
    response.writeHead(201, { 'content-length': body.length, 'x-own': '1' }).end(body);
  };
  const front = await useShadow(echo, echo);
  const headers = { 'x-request-id': 'mine', 'x-own': 'kept', authorization: 'Bearer token' };
  const reply = await front.ask({ method: 'PUT', path: '/a/b?c=d', body: 'text', headers });
  expect([reply.status, reply.body]).toEqual([201, 'text']);
  const {
    function: id,
    version,
    compared,
    same,
    samples,
    ...rest
  } = await report(front, (r) => r.compared > 0);
  expect([id, version, compared, same, samples]).toEqual(['fn_hello', V2, 1, 1, []]);
  expect(rest).toEqual({
    different: { status: 0, headers: 0, body: 0 },
    bodiesSkipped: 0,
    failed: {},
    skipped: { busy: 0, body: 0 },
  });
  const [copy] = copies;
  expect([copy?.incoming.method, copy?.incoming.url, copy?.body]).toEqual(['PUT', '/a/b?c=d', 'text']);
  expect(copy?.incoming.headers).toMatchObject({
    'x-selvedge-shadow': '1',
    'x-request-id': 'mine',
    'x-own': 'kept',
    host: 'hello.localhost',
  });
  expect(copy?.incoming.headers).not.toHaveProperty('authorization');
});

test('status, headers and bodies that differ are counted by kind and kept as samples', async () => {
  const front = await useShadow(
    sends('old', { 'x-same': '1', 'x-gone': 'was', 'set-cookie': ['a=1; Path=/', 'b=2'] }),
    sends('newer', { 'x-same': '1', 'x-come': 'is', 'set-cookie': ['a=9', 'b=8'] }, 202),
  );
  const reply = await front.ask({ path: '/p?secret=1' });
  expect([reply.status, reply.body]).toEqual([200, 'old']);
  const { compared, same, different, samples } = await report(front, (r) => r.compared > 0);
  expect([compared, same, different]).toEqual([1, 0, { status: 1, headers: 1, body: 1 }]);
  expect(samples).toEqual([
    {
      at: expect.any(Number),
      requestId: reply.headers['x-request-id'] ?? expect.any(String),
      method: 'GET',
      path: '/p',
      differs: ['status', 'headers', 'body'],
      status: { live: 200, shadow: 202 },
      headers: [
        { name: 'x-gone', live: 'was', shadow: null },
        { name: 'x-come', live: null, shadow: 'is' },
      ],
      body: {
        live: { bytes: 3, sha256: sha256('old'), cut: false },
        shadow: { bytes: 5, sha256: sha256('newer'), cut: false },
      },
    },
  ]);
});

test('what changes from answer to answer by its nature is no difference', async () => {
  const front = await useShadow(
    sends('x', { date: 'Thu, 01 Jan 1970 00:00:00 GMT', 'x-request-id': 'a', 'set-cookie': 'id=1' }),
    sends('x', { date: 'Fri, 02 Jan 1970 00:00:00 GMT', 'x-request-id': 'b', 'set-cookie': 'id=2' }),
  );
  await front.ask();
  expect((await report(front, (r) => r.compared > 0)).same).toBe(1);
});

test('bodies are compared as far as the limit, and no byte of the visitor is lost beyond it', async () => {
  const all = Buffer.alloc(comparedBytesMax + 1, 'a');
  const changed = Buffer.from(all);
  const behind = Buffer.concat([all, Buffer.from('and more')]);
  changed[comparedBytesMax - 1] = 0;
  const bodies: Record<string, readonly [Buffer, Buffer]> = {
    '/behind': [all, behind],
    '/within': [all, changed],
    '/shorter': [all, all.subarray(0, comparedBytesMax)],
  };
  const at =
    (side: 0 | 1): RequestListener =>
    (incoming, response) =>
      sends((bodies[String(incoming.url)] ?? [])[side] ?? '')(incoming, response);
  const front = await useShadow(at(0), at(1));
  for (const [n, path] of Object.keys(bodies).entries()) {
    expect((await front.ask({ path })).body).toBe(all.toString());
    await report(front, (r) => r.compared === n + 1);
  }
  const { same, different, samples } = await report(front, (r) => r.compared === 3);
  expect([same, different.body]).toEqual([1, 2]);
  expect(samples.map(({ path }) => path)).toEqual(['/within', '/shorter']);
  expect(samples[1]?.body).toEqual({
    live: { bytes: comparedBytesMax, sha256: sha256(all.subarray(1)), cut: true },
    shadow: { bytes: comparedBytesMax, sha256: sha256(all.subarray(1)), cut: false },
  });
});

test('a request whose body is longer than is kept, or of no declared length, has no copy and is served', async () => {
  const front = await useShadow(sends('served'), sends('never'));
  const ask = (body: string | string[]) => front.ask({ method: 'POST', body });
  expect((await ask('x'.repeat(keptBytesMax))).body).toBe('served');
  await report(front, (r) => r.compared === 1);
  expect((await ask('x'.repeat(keptBytesMax + 1))).body).toBe('served');
  expect((await ask(['in', 'chunks'])).body).toBe('served');
  const { compared, skipped } = await report(front, (r) => r.skipped.body === 2);
  expect([compared, skipped]).toEqual([1, { busy: 0, body: 2 }]);
});

test('a visitor waits for nothing of a shadow that hangs, and no more than the limit are under way', async () => {
  let hanging = 0;
  const front = await useShadow(
    sends('quick'),
    () => {
      hanging += 1;
    },
    { timeoutMs: 1000 },
  );
  const since = Date.now();
  for (let n = 0; n < shadowsInFlightMax + 3; n += 1) expect((await front.ask()).body).toBe('quick');
  expect(Date.now() - since).toBeLessThan(1000);
  await report(front, (r) => r.skipped.busy === 3);
  expect(hanging).toBe(shadowsInFlightMax);
  // Given up within the function's timeout, they make room.
  const late = await report(front, (r) => r.failed.FN_002 === shadowsInFlightMax);
  expect(late.compared).toBe(0);
  await front.ask();
  await waitFor('one more copy', () => hanging === shadowsInFlightMax + 1);
});

test('a shadow that breaks off, or cannot be started, is counted and no visitor sees it', async () => {
  const front = await useShadow(sends('fine'), (incoming) => incoming.socket.destroy());
  const asked: string[] = [];
  await front.control((incoming, response) => {
    asked.push(String(incoming.url));
    const error = { code: 'FN_008', message: 'no room' };
    response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
  });
  expect((await front.ask()).body).toBe('fine');
  await report(front, (r) => r.failed.FN_004 === 1);
  // Its instance is avoided now, so the next copy asks control for one, and after that none does for a while.
  expect((await front.ask()).body).toBe('fine');
  await report(front, (r) => r.failed.FN_008 === 1);
  expect((await front.ask()).body).toBe('fine');
  await report(front, (r) => r.skipped.busy === 1);
  expect(asked).toEqual(['/activate']);
});

test('the first copy has the shadow started, behind the visitor', async () => {
  const front = await useFront(aTable([shadowed({ slots: { [V1]: [0] } })]));
  await front.slot(0, sends('same'));
  await front.slot(1, sends('same'));
  await front.control(async (incoming, response) => {
    expect(JSON.parse(await text(incoming))).toMatchObject({ function: 'fn_hello', version: V2 });
    response.end(JSON.stringify({ generation: 1, slots: [1] }));
  });
  expect((await front.ask()).body).toBe('same');
  expect((await report(front, (r) => r.compared === 1)).same).toBe(1);
  const { records } = await front.status();
  expect(records.map(({ version, shadow, coldStart }) => [version, shadow, coldStart])).toEqual([
    [V1, undefined, false],
    [V2, true, true],
  ]);
});

test("copies have records of their own and no part in the version's counters or the function's queue", async () => {
  const front = await useShadow(sends('x'), sends('broken', { 'x-selvedge-outcome': 'threw' }, 500), {
    queueLength: 0,
  });
  await Promise.all([1, 2, 3, 4].map(() => front.ask()));
  await report(front, (r) => r.compared === 4);
  const { versions, records } = await front.status();
  const of = (wanted: string) => versions.find(({ version }) => version === wanted);
  expect(of(V1)).toMatchObject({ requests: 4, errors: 0, inFlight: 0 });
  expect(of(V2)).toMatchObject({
    requests: 0,
    errors: 0,
    refused: {},
    durationMs: 0,
    inFlight: 0,
    queued: 0,
  });
  expect(of(V2)?.lastRequestAt).toBeGreaterThan(0);
  const copies = records.filter(({ shadow }) => shadow);
  expect(copies.map(({ version, status, error }) => [version, status, error])).toEqual(
    Array(4).fill([V2, 500, 'FN_004']),
  );
});

test('clients that leave in the middle of their answer leave no copy behind', async () => {
  const endless: RequestListener = (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(1000)), 5);
    response.on('close', () => clearInterval(timer));
  };
  const front = await useShadow(endless, sends('short'));
  const leave = (): Promise<void> =>
    new Promise((resolve) => {
      const sent = request({ port: front.port, headers: { host: 'hello.localhost' }, agent: false });
      sent.on('response', (response) => {
        response.once('data', () => {
          sent.destroy();
          resolve();
        });
      });
      sent.on('error', () => undefined);
      sent.end();
    });
  for (let n = 1; n <= shadowsInFlightMax + 2; n += 1) {
    await leave();
    const { bodiesSkipped, different } = await report(front, (r) => r.compared === n);
    expect([bodiesSkipped, different.body]).toEqual([n, 0]);
  }
  await waitFor('all requests to end', async () => Object.keys((await front.status()).inFlight).length === 0);
});

test('an answer that goes on and on is not waited for to be compared, and goes on', async () => {
  let more: (() => void) | undefined;
  const front = await useShadow(
    (_, response) => {
      response.writeHead(200).write('first');
      more = () => response.end(' and last');
    },
    sends('first and last'),
    { timeoutMs: 200 },
  );
  const reply = front.ask();
  const { bodiesSkipped, different } = await report(front, (r) => r.compared === 1);
  expect([bodiesSkipped, different.body]).toEqual([1, 0]);
  more?.();
  expect((await reply).body).toBe('first and last');
});

test('only a share of the requests is copied, of those that nobody directed, and none to a version with visitors', async () => {
  const none = await useShadow(sends('a'), sends('b'), { shadow: { version: V2, shareBp: 0 } });
  const half = await useShadow(sends('a'), sends('b'), { shadow: { version: V2, shareBp: 5_000 } });
  for (let n = 0; n < 60; n += 1) await Promise.all([none.ask(), half.ask()]);
  const { compared, samples } = await report(half, (r) => r.compared + r.skipped.busy > 10);
  expect(compared).toBeLessThan(50);
  expect(samples.length).toBeLessThanOrEqual(shadowSamplesMax);

  const live = await useShadow(sends('a'), sends('a'), {
    deployment: [
      { version: V2, shareBp: 100 },
      { version: V1, shareBp: 9_900 },
    ],
  });
  for (let n = 0; n < 20; n += 1) await live.ask();
  for (const front of [none, live]) expect((await front.status()).shadows).toEqual([]);

  const direct = await useShadow(sends('a'), sends('b'), { previews: [V1, V2], aliases: { old: V1 } });
  const headers = { authorization: 'Bearer token', 'x-selvedge-version': V1 };
  await direct.ask({ headers });
  await direct.ask({ host: '1a1a1a1a-hello.localhost' });
  await direct.ask({ host: 'old-hello.localhost' });
  await direct.askPrivate({ path: '/invoke/fn_hello/live/' });
  // The only one that nobody directed.
  await direct.ask();
  expect((await report(direct, (r) => r.compared > 0)).compared).toBe(1);
});
