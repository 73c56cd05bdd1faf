// `functions dev` with the real router, Miniflare and workerd.

import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { runDev } from '../../control/cli/local/dev.ts';
import { exchange } from '../support/exchange.ts';
import { useDev } from '../support/use-dev.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const says = (text: string): string => `export default () => new Response(${JSON.stringify(text)});\n`;
const ask = async (port: number, path = '/', headers = {}): Promise<string> =>
  String((await exchange(port, 'localhost', { path, headers })).body);

describe('reload', () => {
  it('serves what was saved, and says which file and which version', async () => {
    const dev = await useDev({ 'index.js': says('one') });
    expect(await ask(dev.port)).toBe('one');
    const built = await dev.save({ 'index.js': says('two') });
    expect(built).toMatchObject({ kind: 'built', files: ['index.js'], version: expect.any(String) });
    expect(await ask(dev.port)).toBe('two');
  });

  it('lets a request finish with the code that it began with', async () => {
    const dev = await useDev({
      'index.js': `export default async (request) => {
        if (!request.url.endsWith('/slow')) return new Response('old');
        const { readable, writable } = new TransformStream();
        const writer = writable.getWriter();
        (async () => {
          await writer.write(new TextEncoder().encode('begun by old, '));
          await scheduler.wait(1000);
          await writer.write(new TextEncoder().encode('ended by old'));
          await writer.close();
        })();
        return new Response(readable);
      };`,
    });
    const slow = fetch(`${dev.ready.url}/slow`);
    const body = (await slow).text();
    await dev.save({ 'index.js': says('new') });
    expect(await ask(dev.port)).toBe('new');
    expect(await body).toBe('begun by old, ended by old');
  });

  it('closes a WebSocket, so that its client comes to the new version', async () => {
    const dev = await useDev({
      'index.js': `export default () => {
        const [client, server] = Object.values(new WebSocketPair());
        server.accept();
        server.addEventListener('message', ({ data }) => server.send('echo ' + data));
        return new Response(null, { status: 101, webSocket: client });
      };`,
    });
    const socket = new WebSocket(`ws://127.0.0.1:${dev.port}/`);
    const heard: string[] = [];
    let closed = false;
    socket.on('message', (data) => heard.push(String(data)));
    socket.on('close', () => {
      closed = true;
    });
    socket.on('open', () => socket.send('hello'));
    await waitFor('the echo', () => heard.includes('echo hello'));
    await dev.save({ 'index.js': says('new') });
    await waitFor('the close', () => closed);
  });

  it('shows a build error with its place, and goes on with the last version that worked', async () => {
    const dev = await useDev({ 'index.ts': says('good') });
    const failed = await dev.save({ 'index.ts': 'export default () => {\n  const a: = 1;\n};\n' });
    expect(failed).toMatchObject({ kind: 'build-failed', code: 'FN_005', serving: true });
    expect(failed).toHaveProperty('message', expect.stringMatching(/^index\.ts:2:12: /));
    expect(await ask(dev.port)).toBe('good');
    await dev.save({ 'index.ts': says('cured') });
    expect(await ask(dev.port)).toBe('cured');
  });

  it('goes on when a version throws at its top level, and names the place in the source', async () => {
    const dev = await useDev({ 'index.ts': says('good') });
    const failed = await dev.save({
      'index.ts':
        'interface A {}\n\nthrow new Error("too early");\nexport default () => new Response("no");\n',
    });
    expect(failed).toMatchObject({ kind: 'build-failed', code: 'FN_005' });
    expect(failed).toHaveProperty('message', expect.stringContaining('too early'));
    expect(failed).toHaveProperty('message', expect.stringContaining('index.ts:3:'));
    expect(await ask(dev.port)).toBe('good');
  });

  it('says of a save that changes nothing that it does not, and starts nothing', async () => {
    const dev = await useDev({ 'index.js': says('same') });
    expect(await dev.save({ 'index.js': says('same') })).toEqual({ kind: 'unchanged', files: ['index.js'] });
  });

  it('sees files that are replaced, and those of folders that come later', async () => {
    const dev = await useDev({ 'index.js': says('one') });
    const replace = (text: string): void => {
      writeFileSync(join(dev.folder, 'index.js~'), text);
      renameSync(join(dev.folder, 'index.js~'), join(dev.folder, 'index.js'));
    };
    for (const text of ['two', 'three']) {
      replace(says(text));
      await waitFor(text, async () => (await ask(dev.port)) === text);
    }
    replace("import { text } from './new/deep/text.js';\nexport default () => new Response(text);\n");
    await dev.save({ 'new/deep/text.js': "export const text = 'four';\n" });
    await waitFor('four', async () => (await ask(dev.port)) === 'four');
    await dev.save({ 'new/deep/text.js': "export const text = 'five';\n" });
    await waitFor('five', async () => (await ask(dev.port)) === 'five');
  });

  it('begins with a build error, and serves once it is cured', async () => {
    const dev = await useDev({ 'index.js': 'export default (' });
    expect(dev.events).toContainEqual(expect.objectContaining({ kind: 'build-failed', serving: false }));
    const refused = await exchange(dev.port, 'localhost', {});
    expect(refused.status).toBe(503);
    expect(JSON.parse(String(refused.body))).toMatchObject({
      error: { code: 'FN_008', message: expect.stringContaining('the terminal says why') },
    });
    await dev.save({ 'index.js': says('cured') });
    expect(await ask(dev.port)).toBe('cured');
  });
});

describe('what is told', () => {
  it("tells logs, requests, and errors in the places of the user's source", async () => {
    const dev = await useDev({
      'index.ts':
        "import { fail } from './deep/fail.ts';\nexport default (): Response => {\n  console.warn('before', 1);\n  return fail('boom');\n};\n",
      'deep/fail.ts':
        '// A comment.\nexport function fail(why: string): never {\n  throw new Error(why);\n}\n',
    });
    const answer = await exchange(dev.port, 'localhost', { path: '/x', headers: { 'x-request-id': 'mine' } });
    expect(answer.status).toBe(500);
    expect(answer.rawHeaders).toContain('x-selvedge-error');
    expect(await dev.event('log')).toMatchObject({ level: 'warn', message: 'before 1', requestId: 'mine' });
    const error = await dev.event('error');
    expect(error.message).toBe('boom');
    expect(error.stack).toMatch(/at fail \(deep\/fail\.ts:3:\d+\)\n.*index\.ts:4:\d+/);
    expect(await dev.event('request')).toMatchObject({
      ...{ requestId: 'mine', method: 'GET', path: '/x', status: 500, error: 'FN_004' },
    });
  });
});

it('starts a function again that loops, after its timeout', async () => {
  const dev = await useDev(
    {
      'index.js': `export default ({ url }) => { if (url.endsWith('/loop')) for (;;); return new Response('fine'); };`,
    },
    { name: 'hello', timeout: 1 },
  );
  const looped = await exchange(dev.port, 'localhost', { path: '/loop' });
  expect(looped.status).toBe(504);
  await dev.event('log', ({ message }) => message.includes('started again'));
  await waitFor('an answer', async () => (await ask(dev.port)) === 'fine');
});

describe('a visitor', () => {
  const tells = `export default (request) => Response.json({ cf: request.cf ?? null, ip: request.headers.get('cf-connecting-ip') });`;
  const forged = { 'MF-CF-Blob': '{"country":"XX"}', 'cf-blob': '{"country":"XX"}' };

  it('has the country and the address that it pretends, whatever a client sends', async () => {
    const dev = await useDev({ 'index.js': tells }, { name: 'hello' }, { geo: 'de', ip: '203.0.113.7' });
    const answer = await ask(dev.port, '/', { ...forged, 'cf-connecting-ip': '192.0.2.1' });
    expect(JSON.parse(answer)).toEqual({
      cf: { country: 'DE', continent: 'EU', isEUCountry: '1', colo: 'local', httpProtocol: 'HTTP/1.1' },
      ip: '203.0.113.7',
    });
    const notices = dev.events.filter(({ kind }) => kind === 'notice');
    expect(notices).toHaveLength(2);
  });

  it('is nowhere otherwise, as on the platform, whatever a client sends', async () => {
    const dev = await useDev({ 'index.js': tells });
    expect(JSON.parse(await ask(dev.port, '/', forged))).toEqual({
      cf: { colo: 'local', httpProtocol: 'HTTP/1.1' },
      ip: '127.0.0.1',
    });
  });
});

describe('a debugger', () => {
  it("finds the user's source, stops in it, and is led to the next version", async () => {
    const dev = await useDev(
      {
        'index.ts':
          'const greeting: string = "hi";\nexport default () => {\n  debugger;\n  return new Response(greeting);\n};\n',
      },
      { name: 'hello' },
      { inspectorPort: 0 },
    );
    const door = new URL(String(dev.ready.inspector));
    const list = (await (await fetch(`http://${door.host}/json`)).json()) as {
      webSocketDebuggerUrl: string;
    }[];
    expect(list.map((target) => target.webSocketDebuggerUrl)).toEqual([door.href]);

    const client = await useDebugger(door.href);
    client.send('Debugger.enable');
    const map = await waitFor('the map', () =>
      client.scripts.find((url) => url.startsWith('data:application/json;base64,')),
    );
    const { sources, sourcesContent } = JSON.parse(
      String(Buffer.from(map.split('base64,')[1] ?? '', 'base64')),
    );
    const index = sources.indexOf(`file://${dev.folder}/index.ts`);
    expect(sourcesContent[index]).toContain('const greeting: string');

    const answer = ask(dev.port);
    await waitFor('the debugger statement', () => client.paused);
    client.send('Debugger.resume');
    expect(await answer).toBe('hi');

    await dev.save({ 'index.ts': says('next') });
    await waitFor('the end of the old one', () => client.closed);
    const next = await useDebugger(door.href);
    next.send('Debugger.enable');
    await waitFor('scripts of the next version', () => next.scripts.length > 0);
  });

  it('lets no web page in, and nobody who guesses', async () => {
    const dev = await useDev({ 'index.js': says('x') }, { name: 'hello' }, { inspectorPort: 0 });
    const door = new URL(String(dev.ready.inspector));
    await expect(useDebugger(`ws://${door.host}/core:user:function`)).rejects.toThrow('403');
    await expect(useDebugger(door.href, 'https://evil.example')).rejects.toThrow('403');
    const listed = await exchange(Number(door.port), 'evil.example', { path: '/json' });
    expect(listed.status).toBe(404);
  });
});

describe('begin and end', () => {
  it('ends everything at Ctrl-C, a request in flight too', async () => {
    const dev = await useDev({
      'index.js': 'export default () => new Promise((done) => setTimeout(done, 60_000));',
    });
    const hanging = exchange(dev.port, 'localhost', {}).then(
      () => 'answered',
      () => 'ended',
    );
    await dev.end();
    expect(await hanging).toBe('ended');
    await expect(exchange(dev.port, 'localhost', {})).rejects.toThrow('ECONNREFUSED');
    expect(dev.events.at(-1)).toEqual({ kind: 'ended' });
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('refuses a port that is taken, with what to do', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const begun = runDev({
      ...{ folder: useTmpDir(), cacheDir: useTmpDir(), port, signal: new AbortController().signal },
      ...{ load: async () => ({}), output: () => undefined },
    });
    await expect(begun).rejects.toThrow(`Port ${port} at 127.0.0.1 is taken by another program`);
    server.close();
  });

  it('leaves no folder of its own behind', async () => {
    const own = (): string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`slv-dev-${process.pid}-`));
    const dev = await useDev({ 'index.js': says('x') });
    const [folder = '', ...others] = own();
    expect(others).toEqual([]);
    // Miniflare's is in it.
    expect(readdirSync(join(tmpdir(), folder)).filter((name) => name.startsWith('miniflare-'))).toHaveLength(
      1,
    );
    await dev.end();
    expect(own()).toEqual([]);
  });
});

interface DebuggerClient {
  readonly scripts: readonly string[];
  readonly paused: boolean;
  readonly closed: boolean;
  send(method: string): void;
}

/** A client of the Chrome DevTools Protocol. Rejects when it is not let in. */
function useDebugger(url: string, origin?: string): Promise<DebuggerClient> {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin });
  let id = 0;
  const client = {
    scripts: [] as string[],
    paused: false,
    closed: false,
    send: (method: string): void => {
      id += 1;
      socket.send(JSON.stringify({ id, method }));
    },
  };
  socket.on('message', (data) => {
    const { method, params } = JSON.parse(String(data));
    if (method === 'Debugger.scriptParsed' && params.sourceMapURL) client.scripts.push(params.sourceMapURL);
    if (method === 'Debugger.paused') client.paused = true;
  });
  socket.on('close', () => {
    client.closed = true;
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => resolve(client));
  });
}
