// Bodies flow in both directions without waiting for their end, and a client that goes away is noticed.

import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const open = (platform: TestPlatform, name: string, path: string, method = 'GET') =>
  httpRequest({
    host: '127.0.0.1',
    port: platform.edgePort,
    path,
    method,
    headers: { host: `${name}.localhost` },
    agent: false,
  });

test('server-sent events arrive one by one', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'events',
    `let go; export default { fetch(request) {
      if (request.method === 'POST') { go(); return new Response('ok'); }
      const { readable, writable } = new TransformStream();
      const writer = writable.getWriter(), encode = (text) => new TextEncoder().encode('data: ' + text + '\\n\\n');
      const released = new Promise((resolve) => { go = resolve; });
      (async () => { await writer.write(encode('first')); await released; await writer.write(encode('second')); await writer.close(); })();
      return new Response(readable, { headers: { 'content-type': 'text/event-stream' } });
    } };`,
    { scaling: { maxInstances: 1 } },
  );
  const outgoing = open(platform, 'events', '/');
  outgoing.end();
  let text = '';
  let ended = false;
  outgoing.on('response', (response) => {
    response.on('data', (chunk) => {
      text += chunk;
    });
    response.on('end', () => {
      ended = true;
    });
  });
  await waitFor('the first event while the response is open', () => text.includes('first'));
  expect(text).not.toContain('second');
  await platform.call('events', '/', { method: 'POST' });
  await waitFor('the end of the stream', () => ended);
  expect(text).toContain('second');
});

test('a request body is seen before its end, and a large one passes whole', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'upload',
    `export default { async fetch(request) {
      let bytes = 0; const started = request.body.getReader();
      for (let part = await started.read(); !part.done; part = await started.read()) { if (bytes === 0) console.log('began'); bytes += part.value.length; }
      return new Response(String(bytes));
    } };`,
  );
  const answer = new Promise<string>((resolve) => {
    const outgoing = open(platform, 'upload', '/', 'POST');
    outgoing.on('response', (response) => {
      response.setEncoding('utf8').on('data', resolve);
    });
    outgoing.write('x'.repeat(1000));
    waitFor('the handler to have begun', async () => {
      const { body } = await platform.api<{ logs: { message: string }[] }>('GET', '/functions/upload/logs');
      return body.logs.some(({ message }) => message === 'began');
    }).then(
      () => outgoing.end('y'.repeat(8_000_000)),
      () => outgoing.destroy(),
    );
  });
  expect(await answer).toBe('8001000');
});

test('a body over 10 MB is refused, with and without a declared length', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'sink',
    `export default { async fetch(r) { return new Response(String((await r.arrayBuffer()).byteLength)); } };`,
  );
  const max = 10 * 1024 * 1024;
  expect((await platform.call('sink', '/', { method: 'POST', body: 'x'.repeat(max) })).text).toBe(
    String(max),
  );
  const declared = await platform.call('sink', '/', { method: 'POST', body: 'x'.repeat(max + 1) });
  expect([declared.status, declared.headers['x-selvedge-error']]).toEqual([413, 'FN_006']);
  const chunked = await platform.call('sink', '/', {
    method: 'POST',
    headers: { 'transfer-encoding': 'chunked' },
    body: 'x'.repeat(max + 1),
  });
  expect(chunked.status).toBe(413);
});

test('a WebSocket passes through front and instance', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'echo',
    `export default { fetch(request) {
      const [client, server] = Object.values(new WebSocketPair());
      server.accept(); server.addEventListener('message', ({ data }) => server.send('echo ' + data));
      return new Response(null, { status: 101, webSocket: client });
    } };`,
  );
  const socket = new WebSocket(`ws://127.0.0.1:${platform.edgePort}/`, {
    headers: { host: 'echo.localhost' },
  });
  const received = await new Promise((resolve, reject) => {
    socket.on('open', () => socket.send('hello'));
    socket.on('message', (data) => resolve(String(data)));
    socket.on('error', reject);
  });
  expect(received).toBe('echo hello');
  socket.close();
});

test('a client that goes away cancels the handler', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'endless',
    `export default { fetch(request) {
      return new Response(new ReadableStream({
        async pull(controller) { await scheduler.wait(20); controller.enqueue(new TextEncoder().encode('more\\n')); },
        cancel() { console.log('cancelled'); },
      }));
    } };`,
  );
  const outgoing = open(platform, 'endless', '/');
  outgoing.on('error', () => undefined);
  outgoing.on('response', (response) => {
    response.on('error', () => undefined);
    response.once('data', () => outgoing.destroy());
  });
  outgoing.end();
  await waitFor('the handler to hear of it', async () => {
    const { body } = await platform.api<{ logs: { message: string }[] }>('GET', '/functions/endless/logs');
    return body.logs.some(({ message }) => message === 'cancelled');
  });
});
