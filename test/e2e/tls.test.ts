// HTTPS of a whole platform: what functions see of it, that it goes on without control, and where HTTP is sent.

import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeCertificate, placePair } from '../support/make-certificate.ts';
import { testToken } from '../support/test-platform.ts';
import { useCli } from '../support/use-cli.ts';
import { startNameServer } from '../support/use-name-server.ts';
import { freePort, hasGo, startPebble } from '../support/use-pebble.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const certs = mkdtempSync(join(tmpdir(), 'slv-certs-'));
const authority = mkdtempSync(join(tmpdir(), 'slv-pebble-'));
const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
  for (const dir of [certs, authority]) rmSync(dir, { recursive: true, force: true });
});
const settings: Record<string, string> = { SELVEDGE_TLS: '127.0.0.1:0', SELVEDGE_TLS_CERTS: certs };
const go = hasGo();
// The authority first: the platform is told of it at its start.
beforeAll(async () => {
  const names = await startNameServer();
  stops.push(() => names.stop());
  const port = await freePort();
  settings.SELVEDGE_EDGE = `127.0.0.1:${port}`;
  if (!go) return;
  const pebble = await startPebble(authority, port, names.port);
  stops.push(() => pebble.stop());
  settings.SELVEDGE_ACME_DIRECTORY = pebble.directory;
  settings.SELVEDGE_ACME_CA = pebble.ca;
}, 180_000);
const platform = useSharedSelvedge(settings);
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

/** SHA-256 of the certificate that a client of this host gets. */
const servedTo = (host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: tlsPort(), servername: host, rejectUnauthorized: false };
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once('error', reject);
  });

const health = async (): Promise<readonly string[]> =>
  (await platform.api<{ problems: string[] }>('GET', '/health')).body.problems;

test('a platform without a certificate says so, and serves by HTTPS as soon as there is one', async () => {
  expect(await health()).toContainEqual(expect.stringMatching(/HTTPS is served without a certificate/));
  placePair(certs, 'local', makeCertificate({ names: ['*.localhost'], days: 10 }));
  const code = `export default { fetch: (request) => Response.json({ url: request.url, cf: request.cf, forwarded: request.headers.get('x-forwarded-proto') }) };`;
  const made = await platform.create('hello', code);
  expect(made.urls).toContain(`https://hello.localhost:${tlsPort()}/`);
  await waitFor('the certificate', () =>
    get('hello.localhost').then(
      () => true,
      () => false,
    ),
  );
  const reply = await get('hello.localhost', '/a?b=c', { 'cf-scheme': 'http' });
  expect(JSON.parse(reply.body)).toMatchObject({
    url: 'https://hello.localhost/a?b=c',
    cf: { httpProtocol: 'HTTP/1.1', tlsVersion: 'TLSv1.3' },
    forwarded: 'https',
  });
  const plain = await platform.call('hello', '/', {
    headers: { 'cf-scheme': 'https', 'cf-blob': '{"a":1}' },
  });
  const seen = JSON.parse(plain.text) as { readonly cf: object };
  expect(seen).toMatchObject({ url: 'http://hello.localhost/', forwarded: 'http' });
  expect(seen.cf).not.toHaveProperty('tlsVersion');
  expect(seen.cf).not.toHaveProperty('a');
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

interface Certificate {
  readonly name: string;
  readonly source: string;
  readonly served: boolean;
  readonly fingerprint: string | null;
  readonly acme: { readonly state: string; readonly last_error: string | null } | null;
}
const list = async (): Promise<readonly Certificate[]> =>
  (await platform.api<{ certificates: Certificate[] }>('GET', '/certificates')).body.certificates;
const named = async (name: string): Promise<Certificate | undefined> =>
  (await list()).find((one) => one.name === name);

test('a certificate that is given is served at once, sealed where it is stored, and gone when it is deleted', async () => {
  const pair = makeCertificate({ names: ['given.test', '*.given.test'] });
  const wrong = { certificate: pair.certificate, key: makeCertificate({ names: ['x.test'] }).key };
  const refused = await platform.api<{ error: { message: string } }>('POST', '/certificates', wrong);
  expect([refused.status, refused.body.error.message]).toEqual([
    400,
    'The key does not belong to the certificate of CN=given.test: bring the one that it was made with.',
  ]);
  const { status, body } = await platform.api<Certificate>('POST', '/certificates', pair);
  expect([status, body]).toMatchObject([
    201,
    { name: 'given.test', source: 'upload', served: true, acme: null },
  ]);
  expect(await servedTo('a.given.test')).toBe(body.fingerprint);
  const line = pair.key.split('\n')[1] ?? '';
  for (const file of ['state.db', 'state.db-wal']) {
    const path = join(platform.dataDir, file);
    if (existsSync(path)) expect(readFileSync(path).includes(line)).toBe(false);
  }
  expect(statSync(join(platform.dataDir, 'run/certificates/given.test.key')).mode & 0o777).toBe(0o600);
  await platform.end('SIGKILL');
  await platform.start();
  expect(await servedTo('a.given.test')).toBe(body.fingerprint);
  expect((await platform.api('DELETE', '/certificates/given.test')).status).toBe(200);
  expect(await servedTo('a.given.test')).not.toBe(body.fingerprint);
  expect(await named('given.test')).toBeUndefined();
  expect((await platform.api('DELETE', '/certificates/local')).status).toBe(409);
});

test.skipIf(!go)(
  'a certificate is ordered from an authority, which asks the hosts themselves',
  async () => {
    const code = `export default { fetch: () => new Response('ordered') };`;
    await platform.create('ordered', code, {
      routes: [{ pattern: 'ordered.test/*' }, { pattern: 'two.test/*' }],
    });
    await platform.api('PUT', '/functions/ordered', { rules: { tls: { redirect: true } } });
    const order = { domains: ['ordered.test', 'two.test'], acme: true };
    const { status, body } = await platform.api<Certificate>('POST', '/certificates', order);
    expect([status, body.name, body.source]).toEqual([201, 'ordered.test', 'acme']);
    await waitFor(
      'the certificate',
      async () => {
        const { served, acme } = (await named('ordered.test')) ?? {};
        if (acme?.last_error) throw new Error(acme.last_error);
        return served === true;
      },
      60_000,
    );
    expect(await servedTo('two.test')).toBe((await named('ordered.test'))?.fingerprint);
    expect((await get('two.test')).body).toBe('ordered');
    expect((await named('ordered.test'))?.acme).toMatchObject({ state: 'valid', failures: 0 });
    // What the fronts answered is gone with the order; the snapshot is a little behind.
    await waitFor('the snapshot', () => {
      const table = readFileSync(join(platform.dataDir, 'run/snapshot/routing-table.json'), 'utf8');
      return Object.keys((JSON.parse(table) as { challenges?: object }).challenges ?? {}).length === 0;
    });
  },
  120_000,
);

test.skipIf(!go)('an order that the authority refuses is told with its words, and waits', async () => {
  const forbidden = { domains: ['blocked-domain.example'], acme: true };
  expect((await platform.api('POST', '/certificates', forbidden)).status).toBe(201);
  const failing = await waitFor(
    'the refusal',
    async () => {
      const one = await named('blocked-domain.example');
      return one?.acme?.state === 'failing' ? one : undefined;
    },
    60_000,
  );
  expect(failing.acme?.last_error).toMatch(/blocked-domain\.example|policy/i);
  expect(failing.served).toBe(false);
  expect(await health()).toContainEqual(
    expect.stringMatching(/"blocked-domain\.example" could not be ordered/),
  );
  expect((await platform.api('DELETE', '/certificates/blocked-domain.example')).status).toBe(200);
});

test('the command line gives, lists and deletes certificates', async () => {
  const cli = useCli({ SELVEDGE_URL: platform.control, SELVEDGE_TOKEN: testToken });
  const pair = makeCertificate({ names: ['cli.test'] });
  writeFileSync(join(cli.cwd, 'a.pem'), pair.certificate);
  writeFileSync(join(cli.cwd, 'a.key'), pair.key);
  const added = await cli.run(['certificates', 'add', '--cert', 'a.pem', '--key', 'a.key']);
  expect([added.code, added.stdout]).toEqual([
    0,
    expect.stringMatching(/cli\.test for cli\.test is served until/),
  ]);
  expect((await cli.run(['certificates', 'list'])).stdout).toMatch(/cli\.test +cli\.test +upload .* served/);
  expect((await cli.run(['certificates', 'remove', 'cli.test'])).code).toBe(0);
  expect(await named('cli.test')).toBeUndefined();
  const half = await cli.run(['certificates', 'add', '--cert', 'a.pem']);
  expect([half.code === 0, half.stderr]).toEqual([false, expect.stringMatching(/both --cert and --key/)]);
});

test('a wildcard is not ordered, as nothing proves it by HTTP', async () => {
  const { status, body } = await platform.api<{ error: { message: string } }>('POST', '/certificates', {
    ...{ domains: ['*.shop.test'], acme: true },
  });
  expect([status, body.error.message]).toEqual([400, expect.stringMatching(/^domains has \*\.shop\.test/)]);
});
