// Goal: no message, however it is put together, has a request in it that reaches a function past the checks of the
// front, or that gives one visitor another's answer; and no spelling of a path gets round a rule.
// Method: raw bytes to the two doors of a whole platform, HTTP and HTTPS. A function that lets nobody in says whom it saw; a
// public one says each request that it saw, of which there must be as many as the sender got answers.

import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseResponses, type RawResponse } from '../fuzz/raw-exchange.ts';
import { makeCertificate, placePair } from '../support/make-certificate.ts';
import { SMUGGLING_TRIES } from '../support/smuggling-tries.ts';
import { testToken } from '../support/test-platform.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const certs = mkdtempSync(join(tmpdir(), 'slv-certs-'));
afterAll(() => rmSync(certs, { recursive: true, force: true }));
const platform = useSharedSelvedge({ SELVEDGE_TLS: '127.0.0.1:0', SELVEDGE_TLS_CERTS: certs });
const tlsPort = (): number => Number(/https +https:\S+:(\d+)/.exec(platform.output)?.[1]);

const DOORS: Readonly<Record<string, () => Socket>> = {
  HTTP: () => connect({ host: '127.0.0.1', port: platform.edgePort }),
  HTTPS: () =>
    connectTls({
      ...{ host: '127.0.0.1', port: tlsPort(), servername: 'echo.localhost', rejectUnauthorized: false },
      ALPNProtocols: ['http/1.1'],
    }),
};

/** A server that waits for more is left after so long without a byte. */
const patienceMs = 2000;

function send(open: () => Socket, bytes: Buffer): Promise<readonly RawResponse[]> {
  return new Promise((resolve) => {
    const socket = open();
    const chunks: Buffer[] = [];
    const done = (): void => {
      socket.destroy();
      resolve(parseResponses(Buffer.concat(chunks).toString('latin1')).responses);
    };
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', done).on('close', done).on('end', done);
    socket.setTimeout(patienceMs, done);
    socket.write(bytes);
  });
}

/** `/seen` tells the paths of all requests before, and forgets them. */
const RECORDER = `let seen = [];
export default { async fetch(request) {
  const path = new URL(request.url).pathname;
  if (path === '/seen') { const told = seen; seen = []; return Response.json(told); }
  seen.push(path);
  await request.text();
  return new Response('answer to ' + path);
} };`;

const seenBy = async (name: string): Promise<string[]> => {
  const { text } = await platform.call(name, '/seen', { headers: { authorization: `Bearer ${testToken}` } });
  return JSON.parse(text);
};

beforeAll(async () => {
  placePair(certs, 'local', makeCertificate({ names: ['*.localhost'], days: 10 }));
  await platform.create('echo', RECORDER);
  await platform.create('closed', RECORDER, { public: false });
  const get = Buffer.from('GET /up HTTP/1.1\r\nHost: echo.localhost\r\nConnection: close\r\n\r\n');
  for (const open of Object.values(DOORS)) {
    await waitFor('the door', async () => (await send(open, get))[0]?.status === 200);
  }
  await Promise.all(['echo', 'closed'].map(seenBy));
});

test.each(Object.keys(DOORS))(
  'by %s, no hidden request reaches a function past the front, and others get their own answers',
  async (door) => {
    const open = DOORS[door] as () => Socket;
    const sending = Promise.all(SMUGGLING_TRIES.map(({ bytes }) => send(open, bytes)));
    for (let at = 0; at < 40; at += 1) {
      const get = `GET /own-${at} HTTP/1.1\r\nHost: echo.localhost\r\nConnection: close\r\n\r\n`;
      const [response] = await send(open, Buffer.from(get));
      expect(response?.body).toBe(`answer to /own-${at}`);
    }
    const told = await sending;
    const seen = await seenBy('echo');
    expect(await seenBy('closed')).toEqual([]);
    expect(seen.filter((path) => path.startsWith('/hidden'))).toEqual([]);
    for (const [at, { name, mark }] of SMUGGLING_TRIES.entries()) {
      const answered = (told[at] ?? []).filter(({ body }) => body.startsWith('answer to '));
      const ofTry = seen.filter((path) => path.includes(mark));
      // One whose sender has broken off may have been seen without an answer to it; none is made of two, or seen twice.
      expect(ofTry.length, `${name}: ${ofTry}`).toBeLessThanOrEqual(Math.max(1, answered.length));
      for (const { body } of answered) expect(ofTry, name).toContain(body.slice('answer to '.length));
    }
    // The tries are read, and not just turned away for something else.
    const statuses = told.flat().map(({ status }) => status);
    expect(
      Math.min(...[200, 400].map((status) => statuses.filter((one) => one === status).length)),
    ).toBeGreaterThan(2);
  },
);
