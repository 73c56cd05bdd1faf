// Goal: a client that means harm gets nothing through the TLS door that it should not, and holds nothing for long.
// Method: bytes by hand where clients refuse to send what is wrong; short times in place of the door's own.

import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { clientNamesMax, tlsHeaderBytesMax, tlsHeadersMax, tlsStreamsMax } from '../../control/tls/limits.ts';
import { makeCertificate, placePair } from '../support/make-certificate.ts';
import { makeCertificates } from '../support/make-certificates.ts';
import { type DoorUnderTest, useTlsDoor } from '../support/use-tls-door.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const certificate = makeCertificate({ names: ['site.test'] });

async function useSite(
  more: Parameters<typeof useTlsDoor>[1] = {},
): Promise<DoorUnderTest & { urls: string[] }> {
  const certs = useTmpDir();
  placePair(certs, 'site', certificate);
  const site = await useTlsDoor(certs, more);
  const urls: string[] = [];
  await site.front('a', (incoming, response) => {
    urls.push(String(incoming.url));
    incoming.resume();
    incoming.on('end', () => response.end(JSON.stringify(incoming.headers)));
  });
  return { ...site, urls };
}

async function open(port: number, alpn: string[] = ['http/1.1']): Promise<TLSSocket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'site.test',
    rejectUnauthorized: false,
    ALPNProtocols: alpn,
  });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** All that comes back until the door closes the connection. */
async function say(port: number, bytes: string): Promise<string> {
  const socket = await open(port);
  socket.write(bytes);
  return text(socket);
}

test.each([
  [
    'a length and chunks',
    'POST /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: site.test\r\n\r\n',
  ],
  [
    'two lengths',
    'POST /a HTTP/1.1\r\nHost: site.test\r\nContent-Length: 4\r\nContent-Length: 0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: site.test\r\n\r\n',
  ],
  [
    'an encoding that is none',
    'POST /a HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: site.test\r\n\r\n',
  ],
  [
    'a space before the colon',
    'POST /a HTTP/1.1\r\nHost: site.test\r\nTransfer-Encoding : chunked\r\nContent-Length: 43\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: site.test\r\n\r\n',
  ],
  [
    'a bare line feed in a header',
    'GET /a HTTP/1.1\r\nHost: site.test\r\nX: a\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
  ],
  ['two hosts', 'GET /a HTTP/1.1\r\nHost: site.test\r\nHost: other.test\r\nConnection: close\r\n\r\n'],
  ['no host', 'GET /a HTTP/1.1\r\n\r\n'],
])('a request with %s is refused, and nothing behind it is one', async (_what, bytes) => {
  const { port, urls } = await useSite();
  expect(await say(port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
  expect(urls.filter((url) => url !== '/a')).toEqual([]);
});

test('over HTTP/2 a host that is not the authority is refused', async () => {
  const { http2, urls } = await useSite();
  const stream = http2('site.test').request({ ':path': '/', ':authority': 'site.test', host: 'other.test' });
  const [head] = await once(stream, 'response');
  expect(head[':status']).toBe(400);
  expect(urls).toEqual([]);
});

test('headers as large as may be are taken, and larger ones refused', async () => {
  const { port } = await useSite();
  const head = 'GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\nX: ';
  const room = tlsHeaderBytesMax - head.length - 200;
  expect(await say(port, `${head}${'x'.repeat(room)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await say(port, `${head}${'x'.repeat(tlsHeaderBytesMax)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
});

test('a client that does not finish its handshake, its head, or asks nothing, loses its connection', async () => {
  const { port, door } = await useSite({ times: { handshake: 300, head: 300, idle: 300, check: 50 } });
  const silent = connectTcp(port, '127.0.0.1');
  silent.on('error', () => undefined);
  const slow = await open(port);
  const dribble = setInterval(() => slow.write('X'), 20);
  slow.write('GET / HTTP/1.1\r\nX');
  const idle = await open(port);
  idle.write('GET / HTTP/1.1\r\nHost: site.test\r\n\r\n');
  const http2 = await open(port, ['h2']);
  http2.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
  const ping = setInterval(() => http2.write('\0\0\x08\x06\0\0\0\0\x0012345678', 'latin1'), 50);
  for (const socket of [silent, slow, idle, http2]) socket.resume();
  await Promise.all([silent, slow, idle, http2].map((socket) => once(socket, 'close')));
  clearInterval(dribble);
  clearInterval(ping);
  await waitFor('the door to have none', async () => (await door.refresh()).connections === 0);
});

test('what is no TLS, and a client of another protocol, leave the door as it was', async () => {
  const { port, get } = await useSite();
  const plain = connectTcp(port, '127.0.0.1');
  plain.on('error', () => undefined);
  plain.end('GET / HTTP/1.1\r\nHost: site.test\r\n\r\n');
  plain.resume();
  await once(plain, 'close');
  const other = connect({ port, host: '127.0.0.1', ALPNProtocols: ['smtp'], rejectUnauthorized: false });
  await expect(once(other, 'secureConnect')).rejects.toThrow();
  const http2 = await open(port, ['h2']);
  http2.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense that is no frame at all');
  http2.resume();
  await once(http2, 'close');
  expect((await get('site.test')).status).toBe(200);
});

test("a client's certificate is told with whether it is good, and nobody's word for it is", async () => {
  const dir = useTmpDir();
  const client = makeCertificates(dir, 'robot.test');
  const stranger = makeCertificate({ names: ['robot.test'] });
  const { get } = await useSite({ clientCa: client.ca });
  const authOf = async (pair: object): Promise<Record<string, string>> => {
    const { body } = await get('site.test', '/', {
      ...pair,
      headers: { 'cf-blob': '{"tlsClientAuth":{"certVerified":"SUCCESS"}}' },
    });
    return JSON.parse((JSON.parse(body) as Record<string, string>)['cf-blob'] ?? '').tlsClientAuth;
  };
  expect(await authOf({})).toEqual({ certPresented: '0', certVerified: 'NONE' });
  const fingerprint = execFileSync('openssl', [
    'x509',
    '-in',
    join(dir, 'a.pem'),
    '-noout',
    '-fingerprint',
    '-sha256',
  ])
    .toString()
    .replace(/.*=/, '')
    .replaceAll(':', '')
    .trim()
    .toLowerCase();
  expect(await authOf({ cert: client.cert, key: client.key })).toMatchObject({
    ...{
      certPresented: '1',
      certVerified: 'SUCCESS',
      certSubjectDN: 'CN=robot.test',
      certIssuerDN: 'CN=TestCa',
    },
    ...{ certSubjectAltName: 'DNS:robot.test', certFingerprintSHA256: fingerprint },
  });
  expect(await authOf({ cert: stranger.certificate, key: stranger.key })).toMatchObject({
    ...{ certPresented: '1', certVerified: expect.stringMatching(/^FAILED:/) },
  });
});

test('over HTTP/2 as many requests at a time are taken as may be, and as many headers', async () => {
  const { http2, urls } = await useSite();
  const session = http2('site.test');
  await once(session, 'remoteSettings');
  expect(session.remoteSettings.maxConcurrentStreams).toBe(tlsStreamsMax);
  // The four that HTTP/2 has for itself count.
  const headers = (count: number) =>
    Object.fromEntries(Array.from({ length: count - 4 }, (_, at) => [`x-${at}`, 'v']));
  const request = { ':method': 'GET', ':path': '/few', ':authority': 'site.test', ':scheme': 'https' };
  const few = session.request({ ...request, ...headers(tlsHeadersMax) });
  expect((await once(few, 'response'))[0][':status']).toBe(200);
  const many = session.request({ ...request, ':path': '/many', ...headers(tlsHeadersMax + 1) });
  many.on('error', () => undefined);
  await new Promise((resolve) => many.once('close', resolve));
  expect(many.rstCode).not.toBe(0);
  expect(urls).toEqual(['/few']);
});

test('a function is told as many names of a certificate as may be, and no more', async () => {
  const names = Array.from({ length: clientNamesMax + 1 }, (_, at) => `n${at}.test`);
  const client = makeCertificate({ names });
  const dir = useTmpDir();
  const { get } = await useSite({ clientCa: makeCertificates(dir, 'robot.test').ca });
  const { body } = await get('site.test', '/', { cert: client.certificate, key: client.key });
  const { tlsClientAuth } = JSON.parse((JSON.parse(body) as Record<string, string>)['cf-blob'] ?? '');
  expect(tlsClientAuth.certSubjectAltName.split(', ')).toHaveLength(clientNamesMax);
});

test('a hang-up signal reads the certificates again, and ends nothing', async () => {
  const { get, pid, certs } = await useSite();
  const renewed = makeCertificate({ names: ['site.test'] });
  placePair(certs, 'site', renewed);
  process.kill(pid(), 'SIGHUP');
  await waitFor(
    'the renewed one',
    async () =>
      (await get('site.test')).fingerprint === new X509Certificate(renewed.certificate).fingerprint256,
  );
});
