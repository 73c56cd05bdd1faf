// HTTPS of a whole platform: what functions see of it, that it goes on without control, and where HTTP is sent.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeCertificate, placePair } from '../support/make-certificate.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const certs = mkdtempSync(join(tmpdir(), 'slv-certs-'));
afterAll(() => rmSync(certs, { recursive: true, force: true }));
const platform = useSharedSelvedge({ SELVEDGE_TLS: '127.0.0.1:0', SELVEDGE_TLS_CERTS: certs });
const tlsPort = (): number => Number(/https +https:\S+:(\d+)/.exec(platform.output)?.[1]);

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function get(host: string, path = '/', headers: Record<string, string> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: tlsPort(), servername: host, rejectUnauthorized: false };
    const outgoing = request(
      { ...options, agent: false, path, headers: { host, ...headers } },
      (response) => {
        text(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          reject,
        );
      },
    );
    outgoing.on('error', reject).end();
  });
}

const health = async (): Promise<readonly string[]> =>
  (await platform.api<{ problems: string[] }>('GET', '/health')).body.problems;

test('a platform without a certificate says so, and serves by HTTPS as soon as there is one', async () => {
  expect(await health()).toContainEqual(expect.stringMatching(/HTTPS is served without a certificate/));
  placePair(certs, 'local', makeCertificate({ names: ['*.localhost'], days: 10 }));
  const code = `export default { fetch: (request) => Response.json({ url: request.url, cf: request.cf ?? null }) };`;
  const made = await platform.create('hello', code);
  expect(made.urls).toContain(`https://hello.localhost:${tlsPort()}/`);
  await waitFor('the certificate', () =>
    get('hello.localhost').then(
      () => true,
      () => false,
    ),
  );
  const reply = await get('hello.localhost', '/a?b=c', { 'cf-scheme': 'http' });
  expect(JSON.parse(reply.body)).toMatchObject({ url: 'https://hello.localhost/a?b=c' });
  const plain = await platform.call('hello', '/', {
    headers: { 'cf-scheme': 'https', 'cf-blob': '{"a":1}' },
  });
  expect(JSON.parse(plain.text)).toMatchObject({ url: 'http://hello.localhost/' });
  await waitFor('its end to be told', async () =>
    (await health()).some((problem) => /"local" for \*\.localhost ends at/.test(problem)),
  );
});

test('a WebSocket and a stream go on by HTTPS while control ends and another one takes over', async () => {
  const code = `export default { fetch(request) {
    if (request.headers.get('upgrade') !== 'websocket') return new Response('hi');
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener('message', ({ data }) => server.send('echo ' + data));
    return new Response(null, { status: 101, webSocket: client });
  } };`;
  await platform.create('echo', code);
  const port = tlsPort();
  const socket = new WebSocket(`wss://127.0.0.1:${port}/`, {
    ...{ servername: 'echo.localhost', rejectUnauthorized: false, headers: { host: 'echo.localhost' } },
  });
  await once(socket, 'open');
  const echoed = async (message: string): Promise<string> => {
    const answered = once(socket, 'message');
    socket.send(message);
    return String((await answered)[0]);
  };
  expect(await echoed('one')).toBe('echo one');
  await platform.end('SIGKILL');
  expect((await get('echo.localhost')).body).toBe('hi');
  expect(await echoed('two')).toBe('echo two');
  await platform.start();
  expect(tlsPort()).toBe(port);
  expect(await echoed('three')).toBe('echo three');
  expect((await get('echo.localhost')).body).toBe('hi');
  socket.close();
});

test('a door that dies is replaced at the same port, and a front that is replaced loses no request', async () => {
  const pidsOf = (kind: string): number[] =>
    platform.processes().flatMap((one) => (one.kind === kind ? [one.pid] : []));
  const port = tlsPort();
  const [door = 0] = pidsOf('tls');
  process.kill(door, 'SIGKILL');
  await waitFor('another door', () =>
    get('echo.localhost').then(
      () => true,
      () => false,
    ),
  );
  expect(pidsOf('tls')).not.toContain(door);
  expect(tlsPort()).toBe(port);
  const fronts = pidsOf('front');
  let [stop, sent] = [false, 0];
  const load = (async () => {
    while (!stop) {
      expect((await get('echo.localhost')).body).toBe('hi');
      sent += 1;
    }
  })();
  process.kill(fronts[0] ?? 0, 'SIGKILL');
  await waitFor(
    'another front',
    () => pidsOf('front').length === fronts.length && !pidsOf('front').includes(fronts[0] ?? 0),
  );
  stop = true;
  await load;
  expect(sent).toBeGreaterThan(0);
});

test('a rule sends HTTP to HTTPS and keeps browsers there', async () => {
  const rules = { tls: { redirect: true, hsts: { max_age: 86_400, include_subdomains: true } } };
  await platform.create('strict', `export default { fetch: () => new Response('strict') };`, { rules });
  const moved = await platform.call('strict', '/a?b=c');
  expect([moved.status, moved.headers.location]).toEqual([
    301,
    `https://strict.localhost:${tlsPort()}/a?b=c`,
  ]);
  expect(moved.headers['strict-transport-security']).toBeUndefined();
  expect((await platform.call('strict', '/', { method: 'POST', body: 'x' })).status).toBe(308);
  const secure = await get('strict.localhost');
  expect([secure.status, secure.body]).toEqual([200, 'strict']);
  expect(secure.headers['strict-transport-security']).toBe('max-age=86400; includeSubDomains');
});
