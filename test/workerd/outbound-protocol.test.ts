// Goal: what passes through the outbound is the same message on both sides, also when it is odd, hostile or cut.
// Method: the real outbound, spoken to on a caller's socket as no instance would; origins of the test on loopback.

import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { headerBytesMax, refusalsToldPerSecondMax } from '../../control/outbound/limits.ts';
import { buildOutbound, Outbound } from '../../control/workerd/outbound.ts';
import { callerName } from '../../control/workerd/outbound-callers.ts';
import { useOutbound } from '../support/use-outbound.ts';
import { waitFor } from '../support/wait-for.ts';

const opened = { openNetworks: ['127.0.0.0/8'] };
const local = ['127.0.0.1'];

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const useOrigin = (handler: RequestListener): Promise<string> =>
  listen(createServer({ keepAliveTimeout: 60_000 }, handler));

/** An origin that answers bytes with bytes; `answer` is told how many came before on the connection. */
function useRawOrigin(answer: (socket: Socket, before: number, data: string) => void): Promise<string> {
  return listen(
    createTcpServer((socket) => {
      let before = 0;
      socket.on('error', () => socket.destroy());
      socket.on('data', (data) => {
        answer(socket, before, String(data));
        before += 1;
      });
    }),
  );
}

interface Options {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function send(
  socketPath: string,
  url: string,
  { method = 'GET', headers = {}, body }: Options = {},
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const limits = { maxHeaderSize: 1024 * 1024 };
    const outgoing = request({ socketPath, path: url, method, headers, agent: false, ...limits }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function exchange(
  socketPath: string,
  url: string,
  options?: Options,
): Promise<[number | undefined, string]> {
  const answer = await send(socketPath, url, options);
  return [answer.statusCode, await text(answer)];
}

/** What is answered to bytes that no client would send. */
async function sendRaw(socketPath: string, bytes: string): Promise<string> {
  const socket = connect(socketPath);
  socket.write(bytes);
  return text(socket);
}

test('a function uses its connections again, and none of another function', async () => {
  const connections = new Set<Socket>();
  const origin = await useOrigin((incoming, response) => {
    connections.add(incoming.socket);
    response.end('ok');
  });
  const { socket } = await useOutbound(opened);
  const [mine, mineToo, theirs] = [
    await socket(local, 'fn_a'),
    await socket(local, 'fn_a'),
    await socket(local, 'fn_b'),
  ];
  for (const path of [mine, mine, mineToo]) expect(await exchange(path, origin)).toEqual([200, 'ok']);
  expect(connections.size).toBe(1);
  await exchange(theirs, origin);
  expect(connections.size).toBe(2);
});

test('an idle connection that its origin closes costs no request that can be repeated, and repeats no other', async () => {
  const bodies: string[] = [];
  const origin = await useRawOrigin((socket, before, data) => {
    if (data.startsWith('POST')) bodies.push(data);
    if (before > 0) socket.destroy();
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const { socket } = await useOutbound(opened);
  const path = await socket(local);
  for (let i = 0; i < 4; i += 1) expect(await exchange(path, origin)).toEqual([200, 'ok']);
  await exchange(path, origin, { method: 'POST', body: 'once' });
  const [status, body] = await exchange(path, origin, { method: 'POST', body: 'once' });
  expect([status, JSON.parse(body).error.code]).toEqual([502, 'FN_010']);
  expect(bodies).toHaveLength(2);
});

test('headers are taken up to their limit, in both directions', async () => {
  const origin = await useOrigin((incoming, response) => {
    response.setHeader('x-large', 'x'.repeat(Number(incoming.headers['x-ask'] ?? 0)));
    response.end('ok');
  });
  const { socket } = await useOutbound(opened);
  const path = await socket(local);
  const room = 1000;
  expect(await exchange(path, origin, { headers: { 'x-ask': String(headerBytesMax - room) } })).toEqual([
    200,
    'ok',
  ]);
  const [status, body] = await exchange(path, origin, {
    headers: { 'x-ask': String(headerBytesMax + room) },
  });
  expect([status, body]).toEqual([502, expect.stringContaining('larger than 128 KiB')]);
  const large = await sendRaw(
    path,
    `GET ${origin}/ HTTP/1.1\r\nX-Large: ${'x'.repeat(headerBytesMax)}\r\n\r\n`,
  );
  expect(large).toMatch(/^HTTP\/1\.1 431 .*\r\n/);
  expect(large).toContain('FN_006');
});

test.each([
  ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
  ['a length that is none', 'Content-Length: 5x\r\n\r\nhello'],
  ['another encoding', 'Transfer-Encoding: gzip\r\n\r\nhello'],
  ['a space before the colon', 'X-A : 1\r\n\r\n'],
  ['a bare line feed', 'X-A: 1\nX-B: 2\r\n\r\n'],
])('a request with %s is refused and reaches nobody', async (_name, rest) => {
  let reached = 0;
  const origin = await useOrigin((_, response) => {
    reached += 1;
    response.end();
  });
  const { socket } = await useOutbound(opened);
  const answer = await sendRaw(await socket(local), `POST ${origin}/ HTTP/1.1\r\nHost: a\r\n${rest}`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"FN_006"');
  expect(reached).toBe(0);
});

test.each([
  'CONNECT nohost HTTP/1.1\r\n\r\n',
  'CONNECT a@127.0.0.1:80 HTTP/1.1\r\n\r\n',
  'GET /etc/passwd HTTP/1.1\r\n\r\n',
])('%j is refused', async (bytes) => {
  const { socket } = await useOutbound(opened);
  const answer = await exchangeRaw(await socket(local), bytes);
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*FN_006/s);
});

/** As `sendRaw`, for an answer after which the connection stays. */
function exchangeRaw(path: string, bytes: string): Promise<string> {
  return sendRaw(path, bytes.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
}

test('an upload without a length goes out in chunks', async () => {
  const origin = await useOrigin((incoming, response) => {
    text(incoming).then((body) => response.end(`${incoming.headers['transfer-encoding']} ${body}`));
  });
  const { socket } = await useOutbound(opened);
  const options = { method: 'POST', body: 'hello', headers: { 'transfer-encoding': 'chunked' } };
  expect(await exchange(await socket(local), origin, options)).toEqual([200, 'chunked hello']);
});

test('what is no HTTP, and what is cut, is never taken for a whole response', async () => {
  const origin = await useRawOrigin((socket, _, data) => {
    if (data.startsWith('GET /none')) socket.end('SSH-2.0-OpenSSH\r\n');
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy());
  });
  const { socket } = await useOutbound(opened);
  const path = await socket(local);
  expect(await exchange(path, `${origin}/none`)).toEqual([
    502,
    expect.stringMatching(/no HTTP\/1\.1 \(HPE_/),
  ]);
  const half = await send(path, `${origin}/half`);
  await expect(text(half)).rejects.toThrow('aborted');
});

test.each([
  ['a status of 0', 'HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['a status of 99', 'HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['a control character in its reason', 'HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nok'],
  ['a control character in a header', 'HTTP/1.1 200 OK\r\nX-A: \x01\r\nContent-Length: 2\r\n\r\nok'],
  ['an empty header name', 'HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 2\r\n\r\nok'],
  [
    'a switch that nobody asked for',
    'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  ],
  ['lengths that differ', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok'],
  ['a chunk of no size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['nothing', ''],
])('an origin that answers %s harms nobody but its caller', async (_name, bytes) => {
  const origin = await useRawOrigin((socket) => socket.end(bytes, 'latin1'));
  const { socket, record } = await useOutbound(opened);
  const path = await socket(local);
  const before = record()?.pid;
  const outcome = await exchange(path, origin).catch((error: Error) => error.message);
  expect(outcome).not.toEqual([200, 'ok']);
  await sendRaw(path, `GET ${origin}/ HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  const good = await useOrigin((_, response) => response.end('ok'));
  expect(await exchange(path, good)).toEqual([200, 'ok']);
  expect(record()?.pid).toBe(before);
});

test('an upload that the function breaks off is broken off at the origin', async () => {
  const outcome = Promise.withResolvers<string>();
  const origin = await useOrigin((incoming) => {
    text(incoming).then(
      () => outcome.resolve('whole'),
      () => outcome.resolve('broken off'),
    );
    incoming.once('data', () => upload.destroy());
  });
  const { socket } = await useOutbound(opened);
  const upload = connect(await socket(local));
  upload.write(`POST ${origin}/ HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf`);
  expect(await outcome.promise).toBe('broken off');
});

test('a body that nobody reads is not gathered', async () => {
  let written = 0;
  const origin = await useOrigin((_, response) => {
    const chunk = Buffer.alloc(65_536);
    const more = (): void => {
      while (response.write(chunk)) written += chunk.length;
      written += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  const { socket } = await useOutbound(opened);
  const answer = await send(await socket(local), origin);
  const reader = answer[Symbol.asyncIterator]();
  await reader.next();
  // It stands still: buffers of kernels and streams are full, and no more is taken from the origin.
  let last = -1;
  let stillFor = 0;
  await waitFor('the origin to be held up', () => {
    stillFor = written === last ? stillFor + 1 : 0;
    last = written;
    return stillFor === 30;
  });
  expect(written).toBeLessThan(32 * 1024 * 1024);
  answer.destroy();
});

test('each direction of a connect() ends by itself', async () => {
  const origin = createTcpServer({ allowHalfOpen: true }, (socket) => {
    text(socket).then((all) => socket.end(`${all} to its end`));
  });
  const { port } = new URL(await listen(origin));
  const { socket } = await useOutbound(opened);
  const tunnel = connect({ path: await socket(local), allowHalfOpen: true });
  tunnel.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`);
  await new Promise((resolve) => tunnel.once('data', resolve));
  tunnel.end('all');
  expect(await text(tunnel)).toBe('all to its end');
});

test('a flood of refusals is told in some lines and a count', async () => {
  const { socket, lines } = await useOutbound();
  const path = await socket('none');
  const count = 60;
  for (let i = 0; i < count; i += 1) expect((await exchange(path, 'http://a.example/'))[0]).toBe(403);
  const told = await waitFor('the count', () => {
    const all = lines();
    const dropped = all.reduce((sum, { c }) => sum + (c ?? 0), 0);
    const said = all.filter(({ k }) => k === 'log').length;
    return said + dropped === count && { said, dropped };
  });
  expect(told.said).toBeGreaterThanOrEqual(refusalsToldPerSecondMax);
  expect(told.dropped).toBeGreaterThan(0);
});

test('a version that has no instance any more loses its socket, and has it again when it starts', async () => {
  const origin = await useOrigin((_, response) => response.end('ok'));
  const { socket, callers } = await useOutbound(opened);
  const path = await socket(local, 'fn_a');
  const later = Date.now() + 3_600_000;
  await callers.sweep(new Set([callerName('fn_a', 'v1')]), later);
  expect(await exchange(path, origin)).toEqual([200, 'ok']);
  await callers.sweep(new Set(), later + 3_600_000);
  await expect(exchange(path, origin)).rejects.toThrow('ENOENT');
  await callers.admit({ function: 'fn_a', version: 'v1', egress: local });
  expect(await exchange(path, origin)).toEqual([200, 'ok']);
});

test('an outbound of another build takes over the sockets, and what is under way in the old one finishes', async () => {
  const held: (() => void)[] = [];
  const origin = await useOrigin((incoming, response) => {
    if (incoming.url === '/held') held.push(() => response.end('held'));
    else response.end('ok');
  });
  const { socket, runDir, record, outbound } = await useOutbound(opened);
  const path = await socket(local);
  const before = exchange(path, `${origin}/held`);
  await waitFor('the request to be held', () => held.length === 1);
  const old = record();
  outbound.release();
  const next = new Outbound({
    ...{ runDir, openNetworks: opened.openNetworks, extraCas: undefined },
    ...(await buildOutbound('another')),
    log: () => undefined,
    onGone: async () => undefined,
  });
  onTestFinished(() => next.close(0));
  await next.start(runDir.readRecords());
  expect(await exchange(path, origin)).toEqual([200, 'ok']);
  for (const end of held) end();
  expect(await before).toEqual([200, 'held']);
  await waitFor('the old one to end', () => !runDir.readRecords().some(({ pid }) => pid === old?.pid));
  expect(await exchange(path, origin)).toEqual([200, 'ok']);
});

test('an outbound of the same build is adopted', async () => {
  const { socket, runDir, record } = await useOutbound(opened);
  await socket(local);
  const next = new Outbound({
    ...{ runDir, openNetworks: opened.openNetworks, extraCas: undefined },
    ...(await buildOutbound('')),
    log: () => undefined,
    onGone: async () => undefined,
  });
  const before = record()?.pid;
  await next.start(runDir.readRecords());
  next.release();
  expect(runDir.readRecords().map(({ pid }) => pid)).toEqual([before]);
});
