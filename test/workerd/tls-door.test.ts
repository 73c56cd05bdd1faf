// The TLS door in a process of its own, before fronts of the test: real clients over HTTP/2 and HTTP/1.1.

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { makeCertificate, placePair } from '../support/make-certificate.ts';
import { useTlsDoor } from '../support/use-tls-door.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256;

test('a request over HTTP/1.1 reaches a front with the client and the scheme, and none of its own words for them', async () => {
  const certs = useTmpDir();
  placePair(certs, 'site', makeCertificate({ names: ['site.test'] }));
  const { get, front } = await useTlsDoor(certs);
  await front('a', (incoming, response) => response.end(JSON.stringify(incoming.headers)));
  const reply = await get('site.test', '/', {
    headers: { 'cf-blob': '{"clientIp":"6.6.6.6"}', 'cf-scheme': 'http', cookie: 'a=1' },
  });
  const seen = JSON.parse(reply.body) as Record<string, string>;
  expect(seen).toMatchObject({ host: 'site.test', 'cf-scheme': 'https', cookie: 'a=1' });
  expect(JSON.parse(seen['cf-blob'] ?? '')).toEqual({
    clientIp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    httpProtocol: 'HTTP/1.1',
    tlsVersion: 'TLSv1.3',
    tlsCipher: expect.stringMatching(/^TLS_/),
  });
});

test('a request over HTTP/2 reaches a front as HTTP/1.1, its cookies in one piece and its body whole', async () => {
  const certs = useTmpDir();
  placePair(certs, 'site', makeCertificate({ names: ['site.test'] }));
  const { http2, front } = await useTlsDoor(certs);
  await front('a', async (incoming, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify({ headers: incoming.headers, body: await text(incoming) }));
  });
  const session = http2('site.test');
  const stream = session.request({
    ':method': 'POST',
    ':path': '/x',
    ':authority': 'site.test',
    cookie: ['a=1', 'b=2'] as unknown as string,
  });
  stream.end('hello');
  const [head] = await once(stream, 'response');
  expect(head[':status']).toBe(200);
  expect(head['set-cookie']).toEqual(['a=1', 'b=2']);
  const seen = JSON.parse(await text(stream));
  expect(seen.body).toBe('hello');
  expect(seen.headers).toMatchObject({ host: 'site.test', cookie: 'a=1; b=2' });
  expect(JSON.parse(seen.headers['cf-blob'])).toMatchObject({ httpProtocol: 'HTTP/2' });
});

test('each client gets the certificate of the host that it names, and one that is unknown the default', async () => {
  const certs = useTmpDir();
  const one = makeCertificate({ names: ['one.test'] });
  const wild = makeCertificate({ names: ['*.test.test'] });
  const other = makeCertificate({ names: ['zzz.test'] });
  placePair(certs, 'one', one);
  placePair(certs, 'wild', wild);
  placePair(certs, 'default', other);
  const { get, front } = await useTlsDoor(certs);
  await front('a', (_incoming, response) => response.end());
  expect((await get('one.test')).fingerprint).toBe(fingerprintOf(one.certificate));
  expect((await get('a.test.test')).fingerprint).toBe(fingerprintOf(wild.certificate));
  expect((await get('nobody.example')).fingerprint).toBe(fingerprintOf(other.certificate));
  expect((await get('one.test', '/', { servername: '' })).fingerprint).toBe(fingerprintOf(other.certificate));
});

test('a renewed pair is taken over under load without a failed request, and a half of one is not', async () => {
  const certs = useTmpDir();
  const wanted = { names: ['site.test'] };
  const [old, half, renewed] = [makeCertificate(wanted), makeCertificate(wanted), makeCertificate(wanted)];
  placePair(certs, 'site', old);
  const { get, front, door, http2 } = await useTlsDoor(certs);
  await front('a', (_incoming, response) => response.end('ok'));
  let [sent, stop] = [0, false];
  const load = Promise.all(
    [1, 2, 3].map(async () => {
      while (!stop) {
        expect((await get('site.test')).body).toBe('ok');
        sent += 1;
      }
    }),
  );
  const kept = http2('site.test');
  const askKept = async (): Promise<string> =>
    text(kept.request({ ':path': '/', ':authority': 'site.test' }));
  expect(await askKept()).toBe('ok');
  writeFileSync(join(certs, 'site.crt'), half.certificate);
  await waitFor('the half to be told', async () => (await door.refresh()).problems.length > 0);
  expect((await door.refresh()).problems[0]).toMatch(
    /does not belong to the certificate.*The one of before is served/,
  );
  expect((await get('site.test')).fingerprint).toBe(fingerprintOf(old.certificate));
  placePair(certs, 'site', renewed);
  await waitFor(
    'the renewed one',
    async () => (await get('site.test')).fingerprint === fingerprintOf(renewed.certificate),
  );
  expect((await get('site.test', '/', { servername: '' })).fingerprint).toBe(
    fingerprintOf(renewed.certificate),
  );
  expect((await door.refresh()).problems).toEqual([]);
  // A connection of before goes on.
  expect(await askKept()).toBe('ok');
  stop = true;
  await load;
  expect(sent).toBeGreaterThan(10);
});

test('a front that has gone loses no request: the next one has it', async () => {
  const certs = useTmpDir();
  placePair(certs, 'site', makeCertificate({ names: ['site.test'] }));
  const { get, front, runDir } = await useTlsDoor(certs);
  const gone = await front('a', (_incoming, response) => response.end('a'));
  await front('b', (_incoming, response) => response.end('b'));
  gone.closeAllConnections();
  gone.close();
  writeFileSync(join(runDir.frontsDir(), 'a.secure.sock'), ''); // As one that was killed leaves it.
  for (let at = 0; at < 6; at += 1)
    expect((await get('site.test', '/', { method: 'POST', body: 'x'.repeat(100) })).body).toBe('b');
  rmSync(join(runDir.frontsDir(), 'b.secure.sock'));
  const waiting = get('site.test');
  await front('c', (_incoming, response) => response.end('c'));
  expect((await waiting).body).toBe('c');
});

test('while no front listens a request waits as long as it may, and is then refused', async () => {
  const certs = useTmpDir();
  placePair(certs, 'site', makeCertificate({ names: ['site.test'] }));
  const { get } = await useTlsDoor(certs);
  const reply = await get('site.test');
  expect([reply.status, reply.headers['x-selvedge-error']]).toEqual([503, 'SYS_003']);
});

test('a front that takes its socket away finishes what it has and gets nothing new', async () => {
  const certs = useTmpDir();
  placePair(certs, 'site', makeCertificate({ names: ['site.test'] }));
  const { get, front, runDir } = await useTlsDoor(certs);
  const waiting: (() => void)[] = [];
  await front('a', (_incoming, response) => waiting.push(() => response.end('a')));
  const first = get('site.test', '/', { method: 'POST', body: 'x' });
  await waitFor('the first request', () => waiting.length === 1);
  await front('b', (_incoming, response) => response.end('b'));
  rmSync(join(runDir.frontsDir(), 'a.secure.sock'));
  await waitFor('the door to see it', async () => (await get('site.test')).body === 'b');
  for (let at = 0; at < 20; at += 1)
    expect((await get('site.test', '/', { method: 'POST', body: 'x' })).body).toBe('b');
  expect(waiting).toHaveLength(1);
  waiting[0]?.();
  expect((await first).body).toBe('a');
});
