// Goal: what passes the TLS door passes as it comes, in both directions, and ends when either side ends it.
// Method: fronts of the test see or do one thing each; clients speak HTTP/1.1 and HTTP/2.

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import { request } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { makeCertificate, placePair } from '../support/make-certificate.ts';
import { type DoorUnderTest, useTlsDoor } from '../support/use-tls-door.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const certificate = makeCertificate({ names: ['site.test'] });
const MIB = 1024 * 1024;

async function useSite(): Promise<DoorUnderTest> {
  const certs = useTmpDir();
  placePair(certs, 'site', certificate);
  return useTlsDoor(certs);
}

const post = ({ port }: DoorUnderTest) =>
  request({
    ...{ host: '127.0.0.1', port, servername: 'site.test', rejectUnauthorized: false, agent: false },
    ...{ method: 'POST', headers: { host: 'site.test' } },
  });

test('an event stream arrives line by line, over HTTP/1.1 and HTTP/2', async () => {
  const site = await useSite();
  let answer: ServerResponse | undefined;
  await site.front('a', (_incoming, response) => {
    answer = response;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
  });
  const plain = post(site).end();
  const [response] = (await once(plain, 'response')) as [IncomingMessage];
  answer?.write('data: 1\n\n');
  expect(String((await once(response, 'data'))[0])).toBe('data: 1\n\n');
  response.destroy();
  const stream = site.http2('site.test').request({ ':path': '/', ':authority': 'site.test' });
  await once(stream, 'response');
  answer?.write('data: 2\n\n');
  expect(String((await once(stream, 'data'))[0])).toBe('data: 2\n\n');
  stream.close();
});

test('an upload is read at the speed of the function, and arrives whole', async () => {
  const site = await useSite();
  let incoming: IncomingMessage | undefined;
  await site.front('a', (one, response) => {
    incoming = one;
    let bytes = 0;
    one.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    one.on('end', () => response.end(String(bytes)));
    one.pause();
  });
  const outgoing = post(site);
  for (let sent = 0; sent < 64; sent += 1) outgoing.write(Buffer.alloc(MIB));
  outgoing.end();
  await waitFor('the front to have it', () => incoming !== undefined);
  // What nobody reads stays with the client: the sockets between hold a few MiB at most.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(outgoing.writableLength).toBeGreaterThan(32 * MIB);
  incoming?.resume();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect(await text(response)).toBe(String(64 * MIB));
});

test('an answer that comes before the end of an upload reaches the client', async () => {
  const site = await useSite();
  await site.front('a', (incoming, response) => {
    response.writeHead(413, { 'content-length': '8' });
    response.end('too long');
    incoming.resume();
  });
  const outgoing = post(site);
  outgoing.on('error', () => undefined);
  outgoing.write(Buffer.alloc(MIB));
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  expect([response.statusCode, await text(response)]).toEqual([413, 'too long']);
  // It goes on sending, which nobody reads for long.
  await once(outgoing.socket as Socket, 'close');
  const stream = site
    .http2('site.test')
    .request({ ':method': 'POST', ':path': '/', ':authority': 'site.test' });
  stream.on('error', () => undefined);
  stream.write(Buffer.alloc(MIB));
  const [head] = await once(stream, 'response');
  expect([head[':status'], await text(stream)]).toEqual([413, 'too long']);
});

test('a client that leaves ends the request at the front', async () => {
  const site = await useSite();
  const closed: string[] = [];
  let asked = 0;
  await site.front('a', (incoming, response) => {
    asked += 1;
    response.once('close', () => closed.push(incoming.httpVersion));
  });
  const plain = post(site);
  plain.on('error', () => undefined);
  plain.end();
  await waitFor('the request', () => asked === 1);
  plain.destroy();
  await waitFor('its end', () => closed.length === 1);
  const stream = site.http2('site.test').request({ ':path': '/', ':authority': 'site.test' });
  await waitFor('the other request', () => asked === 2);
  stream.close(constants.NGHTTP2_CANCEL);
  await waitFor('its end', () => closed.length === 2);
});

test('an answer that breaks off is no whole answer to the client', async () => {
  const site = await useSite();
  await site.front('a', (_incoming, response) => {
    response.writeHead(200);
    response.write('half');
    setTimeout(() => response.destroy(), 50);
  });
  const [response] = (await once(post(site).end(), 'response')) as [IncomingMessage];
  await expect(text(response)).rejects.toThrow(/aborted/);
  const stream = site.http2('site.test').request({ ':path': '/', ':authority': 'site.test' });
  await once(stream, 'response');
  await expect(text(stream)).rejects.toThrow(/INTERNAL_ERROR/);
});

test('a door that is told to end finishes what it has, and ends', async () => {
  const site = await useSite();
  const answers: ServerResponse[] = [];
  await site.front('a', (_incoming, response) => {
    answers.push(response);
  });
  const plain = post(site).end();
  const stream = site.http2('site.test').request({ ':path': '/', ':authority': 'site.test' });
  const heads = Promise.all([once(plain, 'response'), once(stream, 'response')]);
  await waitFor('both requests', () => answers.length === 2);
  const closed = site.door.close(10_000);
  for (const answer of answers) answer.end('done');
  const [[response], [head]] = (await heads) as [[IncomingMessage], [Record<string, unknown>]];
  expect([response.statusCode, head[':status']]).toEqual([200, 200]);
  expect(await Promise.all([text(response), text(stream)])).toEqual(['done', 'done']);
  await closed;
});
