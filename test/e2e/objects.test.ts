// Goal: what a Durable Object has stored is there after every end of its instance, and has one owner at a time.
// Method: counters that must never go back or be given twice, while instances are killed and versions deployed.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { echoOf, openWebSocket } from '../support/open-web-socket.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();

const counter = (version: number): string => `import { DurableObject } from 'cloudflare:workers';
export class Counter extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec('create table if not exists counts (name text primary key, value integer)');
  }
  add(name) {
    this.ctx.storage.sql.exec('insert into counts values (?, 1) on conflict (name) do update set value = value + 1', name);
    return this.ctx.storage.sql.exec('select value from counts where name = ?', name).one().value;
  }
  async ring(afterMs) { await this.ctx.storage.setAlarm(Date.now() + Number(afterMs)); return 'set'; }
  async alarm() { await this.ctx.storage.put('rang', (await this.ctx.storage.get('rang') ?? 0) + 1); }
  async rang() { return (await this.ctx.storage.get('rang')) ?? 0; }
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(socket, message) { socket.send('v${version} ' + message); }
}
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const object = env.COUNTER.getByName(searchParams.get('object') ?? 'one');
    if (request.headers.has('upgrade')) return object.fetch(request);
    const [, method, argument] = pathname.split('/');
    return Response.json({ version: ${version}, value: await object[method](argument ?? 'n') });
  },
};`;

const bindings = [{ type: 'durable_object', name: 'COUNTER', className: 'Counter' }];
const instancesOf = (at: TestPlatform): { pid: number }[] =>
  at.processes().filter(({ kind }) => kind === 'instance');

async function ask(
  at: TestPlatform,
  name: string,
  path: string,
): Promise<{ version: number; value: unknown }> {
  const { status, text } = await at.call(name, path);
  if (status !== 200) throw new Error(`${status} ${text}`);
  return JSON.parse(text);
}

test('what an object stores outlives its instance, and each object has its own', async () => {
  await platform.create('keeps', counter(1), { bindings });
  expect((await ask(platform, 'keeps', '/add')).value).toBe(1);
  expect((await ask(platform, 'keeps', '/add')).value).toBe(2);
  expect((await ask(platform, 'keeps', '/add?object=two')).value).toBe(1);
  for (const { pid } of instancesOf(platform)) process.kill(pid, 'SIGKILL');
  await waitFor('the next instance', async () => (await platform.call('keeps', '/rang')).status === 200);
  expect((await ask(platform, 'keeps', '/add')).value).toBe(3);
});

test('no request fails and no count is given twice while the function is deployed again and again', async () => {
  await platform.create('moves', counter(1), { bindings });
  let over = false;
  const seen: number[] = [];
  const failed: string[] = [];
  const versions = new Set<number>();
  const calls = Promise.all(
    [1, 2, 3].map(async () => {
      while (!over) {
        const { status, text } = await platform.call('moves', '/add');
        if (status !== 200) failed.push(`${status} ${text}`);
        else {
          seen.push(JSON.parse(text).value);
          versions.add(JSON.parse(text).version);
        }
      }
    }),
  );
  for (const version of [2, 3]) {
    expect((await platform.api('PUT', '/functions/moves', { code: counter(version) })).status).toBe(200);
    await waitFor(`version ${version} to answer`, () => versions.has(version));
  }
  over = true;
  await calls;
  expect(failed).toEqual([]);
  expect(new Set(seen).size).toBe(seen.length);
  expect(Math.max(...seen)).toBe(seen.length);
});

test('an alarm rings though its instance was killed before, and nobody calls', async () => {
  await platform.create('rings', counter(1), { bindings });
  const before = instancesOf(platform).length;
  await ask(platform, 'rings', '/ring/1500');
  for (const { pid } of instancesOf(platform)) process.kill(pid, 'SIGKILL');
  await waitFor('an instance that nobody asked for', () => instancesOf(platform).length >= before);
  await waitFor('the alarm', async () => (await ask(platform, 'rings', '/rang')).value === 1);
});

test('WebSockets that hibernate are answered', async () => {
  await platform.create('talks', counter(7), { bindings });
  const socket = await openWebSocket(platform, 'talks');
  expect(await echoOf(socket, 'hello')).toBe('v7 hello');
  socket.close();
});

test('a version whose class is missing is refused, and the older one serves on with what it has', async () => {
  await platform.create('stays', counter(1), { bindings });
  await ask(platform, 'stays', '/add');
  const { status, body } = await platform.api<{ error: { code: string; message: string } }>(
    'PUT',
    '/functions/stays',
    {
      code: `export default { fetch: () => new Response('no class') };`,
    },
  );
  expect([status, body.error.code]).toEqual([422, 'FN_005']);
  expect((await ask(platform, 'stays', '/add')).value).toBe(2);
});

test('objects of another function are refused by name, and a split too', async () => {
  const other = [{ type: 'durable_object', name: 'THEIRS', className: 'Counter', script: 'keeps' }];
  const { status, body } = await platform.api<{ error: { message: string } }>('POST', '/functions', {
    ...{ name: 'thief', code: counter(1), bindings: other },
  });
  expect(status).toBe(422);
  expect(body.error.message).toContain('"THEIRS"');
});

test('objects outlive kill -9 of everything and a stop, and go with their function', async () => {
  const own = await useSelvedge();
  await own.create('all', counter(1), { bindings });
  await ask(own, 'all', '/add');
  const { id } = (await own.api<{ id: string }>('GET', '/functions/all')).body;
  const folder = join(own.dataDir, 'objects', id);
  await own.end('SIGKILL');
  for (const { pid } of own.processes()) process.kill(pid, 'SIGKILL');
  await own.start();
  expect((await ask(own, 'all', '/add')).value).toBe(2);
  await own.end('SIGTERM');
  await own.start();
  expect((await ask(own, 'all', '/add')).value).toBe(3);
  expect(readdirSync(folder).length).toBe(1);
  expect((await own.api('DELETE', '/functions/all')).status).toBeLessThan(300);
  await waitFor('the folder to go', () => !existsSync(folder));
});
