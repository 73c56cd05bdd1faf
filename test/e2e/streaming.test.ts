// Bodies flow in both directions without waiting for their end, and a client that goes away is noticed.

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { echoOf, openWebSocket } from '../support/open-web-socket.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const open = (platform: TestPlatform, name: string, path: string, method = 'GET', headers = {}) =>
  httpRequest({
    host: '127.0.0.1',
    port: platform.edgePort,
    path,
    method,
    headers: { host: `${name}.localhost`, ...headers },
    agent: false,
  });

test('each part of a body is answered while both directions are still open', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'events',
    `export default { fetch(request) {
      const toEvent = new TransformStream({ transform: (text, c) => c.enqueue('data: ' + text + '\\n\\n') });
      const events = request.body.pipeThrough(new TextDecoderStream()).pipeThrough(toEvent);
      return new Response(events.pipeThrough(new TextEncoderStream()), { headers: { 'content-type': 'text/event-stream' } });
    } };`,
  );
  const outgoing = open(platform, 'events', '/', 'POST');
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
  outgoing.write('first');
  await waitFor('the first event', () => text === 'data: first\n\n');
  outgoing.write('second');
  await waitFor('the second event', () => text === 'data: first\n\ndata: second\n\n');
  expect(ended).toBe(false);
  outgoing.end();
  await waitFor('the end of the stream', () => ended);
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
  // The answer comes while the client still sends, so what the client cannot send any more is no fault.
  const refused = (headers: Record<string, string>, bytes: number): Promise<unknown[]> =>
    new Promise((resolve) => {
      const outgoing = open(platform, 'sink', '/', 'POST', headers);
      outgoing.on('response', ({ statusCode, headers: answered }) => {
        resolve([statusCode, answered['x-selvedge-error']]);
        outgoing.destroy();
      });
      outgoing.on('error', (error) => resolve([error.message]));
      outgoing.flushHeaders();
      outgoing.write('x'.repeat(bytes));
    });
  expect(await refused({ 'content-length': String(max + 1) }, 1)).toEqual([413, 'FN_006']);
  expect(await refused({ 'transfer-encoding': 'chunked' }, max + 1)).toEqual([413, 'FN_006']);
});

test('a WebSocket passes through front and instance, with the codes and reasons of either side', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'echo',
    `export default { fetch(request) {
      const [client, server] = Object.values(new WebSocketPair());
      server.accept();
      server.addEventListener('message', ({ data }) => data === 'bye' ? server.close(4001, 'as you wish') : server.send('echo ' + data));
      server.addEventListener('close', ({ code, reason }) => console.log('closed ' + code + ' ' + reason));
      return new Response(null, { status: 101, webSocket: client });
    } };`,
  );
  const socket = await openWebSocket(platform, 'echo');
  expect(await echoOf(socket, 'hello')).toBe('echo hello');
  socket.send('bye');
  const [code, reason] = await once(socket, 'close');
  expect([code, String(reason)]).toEqual([4001, 'as you wish']);
  const other = await openWebSocket(platform, 'echo');
  other.close(4002, 'enough');
  await waitFor('the function to hear of it', async () => {
    const { body } = await platform.api<{ logs: { message: string }[] }>('GET', '/functions/echo/logs');
    return body.logs.some(({ message }) => message === 'closed 4002 enough');
  });
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
