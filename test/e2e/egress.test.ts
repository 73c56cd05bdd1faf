// Goal: functions reach what their egress says and nothing else, whatever way they try; and what they may reach
// works as it would without anything in between.
// Method: a whole platform in a network namespace of its own, in which addresses of the public internet are servers
// of the test and names are those of its /etc/hosts. Nothing of the platform knows.

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { makeCertificates } from '../support/make-certificates.ts';
import { TestPlatform } from '../support/test-platform.ts';
import { type Namespace, noNamespaces, useNamespace, useSelvedgeIn } from '../support/use-namespace.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const publicAddress = '45.33.32.10';
const publicV6 = '2606:4700:4700::64';
const privateAddress = '10.1.2.3';
const hosts = `127.0.0.1 localhost
${publicAddress} api.example www.other.example
${publicV6} six.example
${privateAddress} db.example
127.0.0.1 rebound.example
169.254.169.254 metadata.example
${publicAddress} both.example
127.0.0.1 both.example
`;

if (noNamespaces !== undefined) console.warn(`egress.test.ts is skipped: ${noNamespaces}`);
const testIn = test.skipIf(noNamespaces !== undefined);

/** Does as it is told in its query, and says what came of it. */
const traveller = `import { connect } from 'cloudflare:sockets';
const say = async (work) => {
  try { return Response.json(await work()); } catch (error) { return Response.json({ failed: String(error) }); }
};
const read = async (response) => ({
  status: response.status, mark: response.headers.get('x-selvedge-error'), url: response.url,
  headers: Object.fromEntries(response.headers), body: await response.text(),
});
export default {
  async fetch(request) {
    const url = new URL(request.url);
    const to = url.searchParams.get('to');
    switch (url.pathname) {
      case '/fetch': return say(async () => read(await fetch(to, {
        method: url.searchParams.get('method') ?? 'GET',
        headers: { host: 'forged.example', 'x-selvedge-function': 'forged', 'x-selvedge-egress': 'public', 'x-mine': 'kept' },
      })));
      case '/upload': return say(async () => read(await fetch(to, { method: 'POST', body: new Uint8Array(10 * 1024 * 1024).fill(7) })));
      case '/relay': return fetch(to, { method: request.method, body: request.body });
      case '/abort': return say(async () => {
        const response = await fetch(to, { signal: AbortSignal.timeout(200) });
        await response.text();
      });
      case '/connect': return say(async () => {
        const socket = connect(to);
        await socket.opened;
        const writer = socket.writable.getWriter();
        await writer.write(new TextEncoder().encode('ping'));
        const { value } = await socket.readable.getReader().read();
        return { got: new TextDecoder().decode(value) };
      });
      case '/socket': return say(() => new Promise((resolve, reject) => {
        const socket = new WebSocket(to);
        socket.onopen = () => socket.send('ping');
        socket.onmessage = ({ data }) => { socket.close(); resolve({ got: data }); };
        socket.onerror = ({ message }) => reject(new Error(message));
      }));
      case '/many': return say(async () => {
        const statuses = {};
        await Promise.all(Array.from({ length: Number(url.searchParams.get('n')) }, async () => {
          const response = await fetch(to).catch((error) => ({ status: String(error), text: () => '' }));
          statuses[response.status] = (statuses[response.status] ?? 0) + 1;
          await response.text();
        }));
        return statuses;
      });
    }
  },
};`;

interface Said {
  readonly failed?: string;
  readonly got?: string;
  readonly status: number;
  readonly mark: string | null;
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function go(platform: TestPlatform, name: string, path: string): Promise<Said> {
  const { status, text } = await platform.call(name, path);
  if (status !== 200) throw new Error(`${name} answered ${status}: ${text}`);
  return JSON.parse(text) as Said;
}

/** A namespace with the addresses above and an HTTP origin at port 80 of the public ones, and loopback. */
async function useInternet(handler: RequestListener): Promise<Namespace> {
  const namespace = await useNamespace(
    [`${publicAddress}/32`, `${publicV6}/128`, `${privateAddress}/32`],
    hosts,
  );
  for (const address of [publicAddress, publicV6, privateAddress, '127.0.0.1']) {
    await namespace.serve(address, 80, createServer(handler));
  }
  return namespace;
}

const hello: RequestListener = (request, response) => response.end(`hello from ${request.headers.host}`);
const reasonOf = ({ body }: Said): string => JSON.parse(body).error.message;

testIn(
  'none, public and a list reach what they say, and the log of the function has what was refused',
  async () => {
    const platform = await useSelvedgeIn(await useInternet(hello));
    await platform.create('closed', traveller, { egress: 'none' });
    await platform.create('open', traveller);
    await platform.create('some', traveller, { egress: ['api.example:80', '*.other.example'] });
    const reached = (said: Said): string => (said.status === 200 ? said.body : `${said.status} ${said.mark}`);
    const to = (name: string, url: string): Promise<Said> =>
      go(platform, name, `/fetch?to=${encodeURIComponent(url)}`);

    expect(reached(await to('open', 'http://api.example/'))).toBe('hello from api.example');
    expect(reached(await to('open', `http://${publicAddress}/`))).toBe(`hello from ${publicAddress}`);
    expect(reached(await to('open', 'http://six.example/'))).toBe('hello from six.example');
    expect(reached(await to('some', 'http://api.example/'))).toBe('hello from api.example');
    expect(reached(await to('some', 'http://www.other.example/'))).toBe('hello from www.other.example');
    const refused = [
      ['closed', 'http://api.example/', /egress is "none"/],
      [
        'some',
        'http://api.example:81/',
        /no rule of its egress \(api.example:80, \*.other.example\) names it/,
      ],
      ['some', 'http://six.example/', /names it\. Add "six.example:80" to egress/],
      ['some', `http://${publicAddress}/`, /no rule of its egress .* holds it/],
      ['open', 'http://rebound.example/', /resolves into a network that is not public \(loopback\)/],
      ['open', 'http://db.example/', /not public \(a private network\)/],
      ['open', 'http://metadata.example/latest/', /link-local/],
      ['open', 'http://0x7f.1/', /"127.0.0.1:80".*loopback/],
      ['open', 'http://2130706433/', /loopback/],
      ['open', 'http://[::ffff:127.0.0.1]/', /loopback/],
      ['open', 'http://localhost./', /loopback/],
    ] as const;
    for (const [name, url, why] of refused) {
      const said = await to(name, url);
      expect([name, url, said.status, said.mark]).toEqual([name, url, 403, 'FN_009']);
      expect(reasonOf(said)).toMatch(why);
    }
    // A name that has both is reached at its public address.
    expect(reached(await to('open', 'http://both.example/'))).toBe('hello from both.example');
    const logged = await waitFor('the refusals in the log', async () => {
      const { body } = await platform.api<{ logs: { level: string; message: string }[] }>(
        'GET',
        '/functions/some/logs?level=warn',
      );
      return body.logs.length === 3 && body.logs;
    });
    expect(logged.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
    expect(logged.map(({ message }) => message).join()).toContain(
      'FN_009 This function may not connect to "api.example:81"',
    );
    const { body } = await platform.api<{ counts: Record<string, number> }>('GET', '/health');
    expect(body.counts.egress_faults).toBe(refused.length);
  },
);

testIn('a redirect is another request: one that leads inside is refused', async () => {
  const platform = await useSelvedgeIn(
    await useInternet((request, response) => {
      const location = request.url === '/in' ? 'http://rebound.example/' : 'http://www.other.example/end';
      if (request.url === '/end') response.end('arrived');
      else response.writeHead(302, { location }).end();
    }),
  );
  await platform.create('open', traveller);
  expect((await go(platform, 'open', '/fetch?to=http://api.example/out')).body).toBe('arrived');
  expect((await go(platform, 'open', '/fetch?to=http://api.example/in')).status).toBe(403);
});

testIn(
  'what is private needs the rule of the function and the consent of the operator, and control is never open',
  async () => {
    const namespace = await useInternet(hello);
    await namespace.serve(
      privateAddress,
      5432,
      createTcpServer((socket) => socket.on('data', (data) => socket.end(`${data} pong`))),
    );
    const platform = await useSelvedgeIn(namespace, {
      SELVEDGE_EGRESS_PRIVATE: `${privateAddress}:5432, 127.0.0.0/8`,
    });
    const inside = platform.output.match(/control +http:\/\/127\.0\.0\.1:(\d+)/)?.[1];
    await platform.create('open', traveller);
    await platform.create('some', traveller, { egress: ['db.example', '10.1.0.0/16', '127.0.0.1'] });
    expect((await go(platform, 'some', '/connect?to=db.example:5432')).got).toBe('ping pong');
    expect((await go(platform, 'some', `/connect?to=${privateAddress}:5432`)).got).toBe('ping pong');
    expect((await go(platform, 'some', '/fetch?to=http://127.0.0.1/')).status).toBe(200);
    expect((await go(platform, 'open', '/connect?to=db.example:5432')).failed).toMatch(/cannot connect/);
    // The operator opened one port, the function all of them.
    expect(reasonOf(await go(platform, 'some', '/fetch?to=http://db.example/'))).toMatch(
      /operator of the platform does not open it/,
    );
    expect(reasonOf(await go(platform, 'some', `/fetch?to=http://127.0.0.1:${inside}/health`))).toMatch(
      /control API/,
    );
  },
);

testIn(
  'connect() and WebSockets go out under the same rules, and a failure has its reason in the log',
  async () => {
    const namespace = await useInternet(hello);
    await namespace.serve(
      publicAddress,
      7000,
      createTcpServer((socket) => socket.on('data', (data) => socket.end(`${data} pong`))),
    );
    await namespace.serve(publicAddress, 7001, echoWebSocket());
    const platform = await useSelvedgeIn(namespace);
    await platform.create('open', traveller);
    expect((await go(platform, 'open', '/connect?to=api.example:7000')).got).toBe('ping pong');
    expect((await go(platform, 'open', '/connect?to=rebound.example:80')).failed).toMatch(/cannot connect/);
    expect((await go(platform, 'open', '/connect?to=api.example:7009')).failed).toMatch(/cannot connect/);
    expect((await go(platform, 'open', '/socket?to=ws://api.example:7001/')).got).toBe('ping');
    expect((await go(platform, 'open', '/socket?to=ws://rebound.example/')).failed).toMatch(/received 403/);
    const messages = await waitFor('three lines in the log', async () => {
      const { body } = await platform.api<{ logs: { message: string }[] }>(
        'GET',
        '/functions/open/logs?level=warn',
      );
      return body.logs.length === 3 && body.logs.map(({ message }) => message);
    });
    expect(messages.some((message) => /FN_010 .*"api.example:7009".*ECONNREFUSED/.test(message))).toBe(true);
  },
);

testIn(
  'messages pass as they are: statuses without a body, compression, uploads, streams, headers',
  async () => {
    const seen: { url: string; bytes: number; headers: NodeJS.Dict<string | string[]> }[] = [];
    const aborted: string[] = [];
    const namespace = await useInternet((request, response) => {
      let bytes = 0;
      const url = String(request.url);
      if (url === '/echo') {
        request.pipe(response);
        return;
      }
      request.on('data', (chunk) => {
        bytes += chunk.length;
      });
      request.on('end', () => {
        seen.push({ url, bytes, headers: request.headers });
        if (url === '/head') response.writeHead(200, { 'content-length': 4 }).end();
        else if (url === '/204') response.writeHead(204).end();
        else if (url === '/304') response.writeHead(304, { etag: '"a"' }).end();
        else if (url === '/early') {
          response.writeEarlyHints({ link: '</style.css>; rel=preload' });
          response.end('after 103');
        } else if (url === '/gzip')
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'));
        else if (url === '/slow') {
          response.write('one');
          response.on('close', () => aborted.push(url));
        } else response.end('body');
      });
    });
    const platform = await useSelvedgeIn(namespace);
    await platform.create('open', traveller);
    const to = (path: string, more = ''): Promise<Said> =>
      go(platform, 'open', `/fetch?to=http://api.example${path}${more}`);
    expect(await to('/204')).toMatchObject({ status: 204, body: '' });
    expect(await to('/304')).toMatchObject({ status: 304, body: '', headers: { etag: '"a"' } });
    expect(await to('/early')).toMatchObject({ status: 200, body: 'after 103' });
    expect(await to('/gzip')).toMatchObject({ status: 200, body: 'unpacked' });
    expect(await to('/head', '&method=HEAD')).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '4' },
    });
    expect((await to('/plain')).headers).not.toHaveProperty('connection');
    expect((await go(platform, 'open', '/upload?to=http://api.example/upload')).body).toBe('body');
    expect(seen.at(-1)).toMatchObject({
      url: '/upload',
      bytes: 10 * 1024 * 1024,
      headers: { 'content-length': '10485760' },
    });
    const plain = seen.find(({ url }) => url === '/plain')?.headers ?? {};
    expect(plain).toMatchObject({ host: 'api.example', 'x-mine': 'kept' });
    expect(Object.keys(plain).filter((name) => name.startsWith('x-selvedge'))).toEqual([]);
    const text = randomBytes(300_000).toString('hex');
    const echoed = await platform.call('open', '/relay?to=http://api.example/echo', {
      method: 'POST',
      body: text,
    });
    expect(echoed.text === text).toBe(true);
    expect((await go(platform, 'open', '/abort?to=http://api.example/slow')).failed).toMatch(/timed? ?out/i);
    await waitFor('the origin to learn of it', () => aborted.length === 1);
  },
);

testIn(
  'TLS is checked: a certificate of the operator’s own authority is trusted once it is set',
  async () => {
    const dir = useTmpDir();
    const { ca, key, cert } = makeCertificates(dir, 'api.example');
    const namespace = await useInternet(hello);
    await namespace.serve(publicAddress, 443, createTlsServer({ key, cert }, hello));
    const strict = await useSelvedgeIn(namespace);
    await strict.create('open', traveller);
    const distrusted = await go(strict, 'open', '/fetch?to=https://api.example/');
    expect([distrusted.status, distrusted.mark]).toEqual([502, 'FN_010']);
    expect(reasonOf(distrusted)).toMatch(/authority that is not trusted here .*SELVEDGE_EGRESS_CA/);
    expect(reasonOf(await go(strict, 'open', '/fetch?to=https://api.example:80/'))).toMatch(
      /does not speak TLS/,
    );
    const trusting = await useSelvedgeIn(namespace, { SELVEDGE_EGRESS_CA: ca });
    await trusting.create('open', traveller);
    expect((await go(trusting, 'open', '/fetch?to=https://api.example/')).body).toBe(
      'hello from api.example',
    );
    expect(reasonOf(await go(trusting, 'open', '/fetch?to=https://www.other.example/'))).toMatch(
      /for another host/,
    );
  },
);

test.each([
  ['/no/such/file.pem', /cannot be read/],
  [import.meta.filename, /holds no certificate/],
])('SELVEDGE_EGRESS_CA=%s stops the start', async (path, why) => {
  const platform = new TestPlatform(useTmpDir(), { SELVEDGE_EGRESS_CA: path });
  await expect(platform.start()).rejects.toThrow(why);
});

testIn('an outbound that is killed is replaced, and functions that run go on through the next', async () => {
  const platform = await useSelvedgeIn(await useInternet(hello));
  await platform.create('open', traveller);
  const out = (): Promise<Said> => go(platform, 'open', '/fetch?to=http://api.example/');
  expect((await out()).body).toBe('hello from api.example');
  const victim = platform.processes().find(({ kind }) => kind === 'outbound')?.pid ?? 0;
  process.kill(victim, 'SIGKILL');
  await waitFor('a fetch through the next', async () => (await out()).body === 'hello from api.example');
  expect(platform.processes().filter(({ kind, pid }) => kind === 'outbound' && pid !== victim)).toHaveLength(
    1,
  );
});

testIn(
  'a function that fetches without bound is refused beyond its share, and another one is served',
  async () => {
    const waiting: (() => void)[] = [];
    const namespace = await useInternet((request, response) => {
      if (request.url === '/held') waiting.push(() => response.end());
      else response.end('served');
    });
    const platform = await useSelvedgeIn(namespace);
    await platform.create('flood', traveller);
    await platform.create('other', traveller);
    const flood = go(platform, 'flood', '/many?n=700&to=http://api.example/held');
    await waitFor('as many as one function may have', () => waiting.length === 512);
    expect((await go(platform, 'other', '/fetch?to=http://api.example/')).body).toBe('served');
    const release = setInterval(() => {
      for (const end of waiting.splice(0)) end();
    }, 10);
    const statuses = (await flood) as unknown as Record<string, number>;
    clearInterval(release);
    expect(Object.keys(statuses).toSorted()).toEqual(['200', '429']);
  },
);

/** Answers each text frame with the same. */
function echoWebSocket(): Server {
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('error', () => socket.destroy());
    socket.on('data', (frame: Buffer) => {
      if ((Number(frame[0]) & 15) !== 1) return void socket.end();
      const mask = frame.subarray(2, 6);
      const text = frame.subarray(6).map((byte, at) => byte ^ Number(mask[at % 4]));
      socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
    });
  });
  return server;
}
