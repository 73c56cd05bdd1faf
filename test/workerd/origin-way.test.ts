// Goal: what fronts send to other hosts is held to the rules of the platform, and a front learns how far it came.
// Method: the real outbound, asked on its socket for fronts; origins listen on loopback.

import { once } from 'node:events';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { askRegion, regionAnswerMs } from '../../control/workerd/ask-region.ts';
import { encodeWay, type OriginWay } from '../../edge/contract/origin.ts';
import { useOrigin } from '../support/use-origin.ts';
import { type OutboundUnderTest, useOutbound } from '../support/use-outbound.ts';
import { waitFor } from '../support/wait-for.ts';

const WAY: OriginWay = {
  ...{ function: 'fn_1', version: 'v1', kind: 'rule', headers: {} },
  ...{ timeoutMs: 5000, streamTimeoutMs: 5000 },
};

interface Asked {
  readonly way?: Partial<OriginWay> | null;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly fault: string | string[] | undefined;
  readonly body: string;
}

async function ask({ runDir }: OutboundUnderTest, url: string, asked: Asked = {}): Promise<Reply> {
  const { way = {}, method = 'GET', headers = {}, body } = asked;
  const sent = request({
    ...{ socketPath: runDir.originSocket(), path: url, method, agent: false },
    headers: { ...headers, ...(way && { 'x-selvedge-origin-way': encodeWay({ ...WAY, ...way }) }) },
  });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return {
    ...{ status: response.statusCode, headers: response.headers, body: await text(response) },
    fault: response.headers['x-selvedge-origin-fault'],
  };
}

const reasonOf = ({ body }: Reply): string => JSON.parse(body).error.reason;

test('a rule reaches no private address unless the operator opens it; a region does, and neither reaches control', async () => {
  const { url, port } = await useOrigin((_, response) => response.end('reached'));
  const closed = await useOutbound();
  const refused = await ask(closed, `${url}/`);
  expect([refused.status, refused.fault]).toEqual([403, 'refused']);
  expect(refused.body).toContain('not public (loopback)');
  expect(closed.lines()).toMatchObject([{ l: 'warn', f: 'fn_1', v: 'v1' }]);
  expect(await ask(closed, `${url}/`, { way: { kind: 'region' } })).toMatchObject({ body: 'reached' });
  const open = await useOutbound({ openNetworks: ['127.0.0.1'] });
  expect(await ask(open, `${url}/`)).toMatchObject({ status: 200, body: 'reached', fault: undefined });
  await open.callers.protect({ port });
  for (const kind of ['rule', 'region'] as const)
    expect(await ask(open, `${url}/`, { way: { kind } })).toMatchObject({ status: 403, fault: 'refused' });
});

test('the origin gets the host and the headers that the way says, and none that was made up', async () => {
  let seen: IncomingHttpHeaders = {};
  const { url } = await useOrigin((incoming, response) => {
    seen = incoming.headers;
    response.end();
  });
  const outbound = await useOutbound();
  const way = {
    kind: 'region',
    host: 'shop.example.com',
    headers: { 'x-selvedge-hop': 'signed', 'cdn-loop': 'a, selvedge' },
  } as const;
  await ask(outbound, `${url}/`, {
    way,
    headers: { 'x-selvedge-hop': 'forged', 'cdn-loop': 'a', 'x-mine': '1', host: 'elsewhere' },
  });
  expect(seen).toMatchObject({
    ...{ host: 'shop.example.com', 'x-selvedge-hop': 'signed', 'cdn-loop': 'a, selvedge', 'x-mine': '1' },
  });
  expect(seen).not.toHaveProperty('x-selvedge-origin-way');
});

test('an origin cannot claim that it was not reached, and only a trusted one that the platform answers', async () => {
  const { url } = await useOrigin((_, response) => {
    response.setHeader('x-selvedge-origin-fault', 'unconnected');
    response.setHeader('x-selvedge-error', 'FN_004');
    response.end('x');
  });
  const outbound = await useOutbound();
  const stranger = await ask(outbound, `${url}/`, { way: { kind: 'region' } });
  const ours = await ask(outbound, `${url}/`, { way: { kind: 'region', trusted: true } });
  expect([stranger.fault, stranger.headers['x-selvedge-error']]).toEqual([undefined, undefined]);
  expect([ours.fault, ours.headers['x-selvedge-error']]).toEqual([undefined, 'FN_004']);
});

test('how far a request came is told apart: nobody there, no name, and cut off before the answer', async () => {
  const cut = await useOrigin((incoming) => incoming.socket.destroy());
  const gone = await useOrigin(() => undefined);
  await gone.stop();
  const outbound = await useOutbound();
  const way = { kind: 'region' } as const;
  const nobody = await ask(outbound, `${gone.url}/`, { way });
  expect([nobody.status, nobody.fault, reasonOf(nobody)]).toEqual([
    ...[502, 'unconnected', 'nothing listens there (ECONNREFUSED)'],
  ]);
  const noName = await ask(outbound, 'http://no-such-host.invalid/', { way });
  expect(noName.fault).toBe('unconnected');
  const broken = await ask(outbound, `${cut.url}/`, { way, method: 'POST', body: 'x' });
  expect([broken.fault, reasonOf(broken)]).toEqual([
    ...['unanswered', 'the other side ended the connection before it answered (ECONNRESET)'],
  ]);
  // The owner is told where; the reason for visitors has no address.
  await waitFor("a line in the function's log", () =>
    JSON.stringify(outbound.lines()).includes(`127.0.0.1:${cut.port}`),
  );
  expect(reasonOf(broken)).not.toContain('127.0.0.1');
});

test('TLS that is not to be had is told as such', async () => {
  const { port } = await useOrigin((_, response) => response.end());
  const outbound = await useOutbound();
  const reply = await ask(outbound, `https://127.0.0.1:${port}/`, { way: { kind: 'region' } });
  expect([reply.fault, reasonOf(reply)]).toEqual([
    'unconnected',
    expect.stringContaining('does not speak TLS'),
  ]);
});

test("the function's time holds for the head, and that of streams for the body", async () => {
  const silent = await useOrigin(() => undefined);
  const endless = await useOrigin((_, response) => void response.write('begun'));
  const outbound = await useOutbound();
  const late = await ask(outbound, `${silent.url}/`, { way: { kind: 'region', timeoutMs: 200 } });
  expect([late.status, late.fault, reasonOf(late)]).toEqual([
    ...[504, 'unanswered', 'it did not begin to answer within 0.2 seconds'],
  ]);
  const way = { kind: 'region', streamTimeoutMs: 200 } as const;
  await expect(ask(outbound, `${endless.url}/`, { way })).rejects.toThrow(/aborted/);
});

test('to connect only sends nothing, and says whether somebody is there', async () => {
  let requests = 0;
  const origin = await useOrigin(() => {
    requests += 1;
  });
  const outbound = await useOutbound();
  const way = { kind: 'region', connectOnly: true } as const;
  expect(await ask(outbound, `${origin.url}/`, { way })).toMatchObject({ status: 204, fault: undefined });
  await origin.stop();
  expect(await ask(outbound, `${origin.url}/`, { way })).toMatchObject({ fault: 'unconnected' });
  expect(requests).toBe(0);
});

test('who is no front, and says no way, is sent nowhere', async () => {
  const outbound = await useOutbound();
  expect(await ask(outbound, 'http://127.0.0.1:1/', { way: null })).toMatchObject({
    status: 400,
    fault: 'refused',
  });
});

test('a region is asked whether it is there on the same way, with the reason why it is not', async () => {
  let status = 404;
  const origin = await useOrigin((_, response) => response.writeHead(status).end('x'.repeat(200_000)));
  const outbound = await useOutbound();
  const ask = () => askRegion(outbound.runDir.originSocket(), `${origin.url}/up`);
  expect(await ask()).toEqual({ latencyMs: expect.any(Number) });
  status = 500;
  expect(await ask()).toEqual({ fault: 'it answers 500' });
  await origin.stop();
  expect(await ask()).toEqual({ fault: 'nothing listens there (ECONNREFUSED)' });
  expect(await askRegion('/nowhere.sock', `${origin.url}/up`)).toBeUndefined();
  const silent = await useOrigin(() => undefined);
  const fault = `it did not begin to answer within ${regionAnswerMs / 1000} seconds`;
  expect(await askRegion(outbound.runDir.originSocket(), `${silent.url}/`)).toEqual({ fault });
});
