// An instance lives as long as its WebSockets do: idleness leaves it alone, a full machine too, and a deploy gives
// them the function's grace.

import { once } from 'node:events';
import { expect, test } from 'vitest';
import { echoOf, openWebSocket } from '../support/open-web-socket.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

/** A request that is no upgrade is told how many its instance has had: only one that still takes work counts on. */
const echo = (greeting: string): string => `let requests = 0;
export default { fetch(request) {
  requests += 1;
  if (request.headers.get('upgrade') !== 'websocket') return new Response('${greeting} ' + requests);
  const [client, server] = Object.values(new WebSocketPair());
  server.accept();
  server.addEventListener('message', ({ data }) => server.send('${greeting} ' + data));
  return new Response(null, { status: 101, webSocket: client });
} };`;
const hello = `export default { fetch: () => new Response('hi') };`;

const pids = (platform: TestPlatform): number[] =>
  platform
    .processes()
    .filter(({ kind }) => kind === 'instance')
    .map(({ pid }) => pid);

/** Resolves when idle instances have been looked for, and one that was used last has been stopped. */
async function anotherGoesIdle(platform: TestPlatform, kept: number): Promise<void> {
  await platform.create('nap', hello, { scaling: { idleSeconds: 1 } });
  await platform.call('nap');
  await waitFor('the other instance to go', () => !pids(platform).some((pid) => pid !== kept));
}

test('a quiet WebSocket keeps its instance, and when it closes the instance goes idle and stops', async () => {
  const platform = await useSelvedge();
  await platform.create('echo', echo('hello'), { scaling: { idleSeconds: 1 } });
  const socket = await openWebSocket(platform, 'echo');
  const [instance = 0] = pids(platform);
  await anotherGoesIdle(platform, instance);
  expect(await echoOf(socket, 'again')).toBe('hello again');
  expect((await platform.call('echo')).text).toBe('hello 2');
  socket.close();
  await waitFor('the instance to go', () => pids(platform).length === 0);
});

test('a control that takes over knows of the WebSockets that were opened before', async () => {
  const platform = await useSelvedge();
  await platform.create('echo', echo('hello'), { scaling: { idleSeconds: 1 } });
  const socket = await openWebSocket(platform, 'echo');
  const [instance = 0] = pids(platform);
  await platform.end('SIGKILL');
  await platform.start();
  await anotherGoesIdle(platform, instance);
  expect(await echoOf(socket, 'again')).toBe('hello again');
  expect((await platform.call('echo')).text).toBe('hello 2');
  socket.close();
});

test('a full machine does not stop an instance that holds a WebSocket', async () => {
  const platform = await useSelvedge({ SELVEDGE_SLOTS: '2' });
  await platform.create('echo', echo('hello'));
  const socket = await openWebSocket(platform, 'echo');
  // The second to come takes the place of the first; the third would take that of the one called least recently.
  for (const name of ['a', 'b', 'c'])
    await waitFor(`room for ${name}`, async () => {
      const { status } = await platform.api('POST', '/functions', { name, code: hello, public: true });
      return status === 201;
    });
  expect(await echoOf(socket, 'still')).toBe('hello still');
  expect((await platform.call('echo')).text).toBe('hello 2');
  socket.close();
});

test('a WebSocket of a replaced version goes on, until the grace of its instance is over', async () => {
  const platform = await useSelvedge();
  await platform.create('echo', echo('old'), { timeout: 1 });
  const socket = await openWebSocket(platform, 'echo');
  const closed = once(socket, 'close');
  const deployed = await platform.api('PUT', '/functions/echo', { code: echo('new') });
  expect(deployed.status).toBe(200);
  expect((await platform.call('echo')).text).toBe('new 1');
  expect(await echoOf(socket, 'still')).toBe('old still');
  await closed;
  await waitFor('the old instance to go', () => pids(platform).length === 1);
});
