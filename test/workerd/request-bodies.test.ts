// Goal: a client that sends half a body and a function that reads none of it are told apart from an instance that
// ended; the function's answer is heard, and no instance that goes on is avoided.
// Method: the built router in real workerd. Instances are servers of the test, or real ones behind their slot.

import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import type { EndedAnswer } from '../../edge/contract/front-api.ts';
import { useBundledFunction } from '../support/use-bundled-function.ts';
import { anEntry, aTable, errorOf, type RunningFront, useFront, V1 } from '../support/use-front.ts';

const bytesMax = 10_000_000;
const twoSlots = anEntry({ slots: { [V1]: [0, 1] }, requestBytesMax: bytesMax });

/** Sends the bytes, ends its side, and resolves with all that comes back. */
async function sendAndEnd(front: RunningFront, bytes: string, reset = false): Promise<string> {
  const socket = connect({ port: front.port, host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  if (reset) socket.write(bytes, () => socket.resetAndDestroy());
  else socket.end(bytes);
  await once(socket, 'close');
  return received;
}

async function useControl(front: RunningFront, answer: () => EndedAnswer): Promise<unknown[]> {
  const asked: unknown[] = [];
  await front.control(async (incoming, response) => {
    asked.push(JSON.parse((await buffer(incoming)).toString()));
    response.end(JSON.stringify(answer()));
  });
  return asked;
}

const echoes: RequestListener = async (incoming, response) => {
  const body = await buffer(incoming).catch(() => undefined);
  if (body) response.end(`${incoming.method} ${body.length}`);
};

test.each([
  ['declares its length', 'Content-Length: 5\r\n\r\nab'],
  ['is in chunks', 'Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n'],
  ['is large', `Content-Length: 900000\r\n\r\n${'a'.repeat(300_000)}`],
])(
  'a client that ends its side within a body that %s hears so, and its instance stays in use',
  async (_, rest) => {
    const front = await useFront(aTable([anEntry({ requestBytesMax: bytesMax })]));
    const asked = await useControl(front, () => ({ code: null, message: '' }));
    let whole = 0;
    await front.slot(0, (incoming, response) => {
      incoming.on('end', () => {
        whole += 1;
      });
      void echoes(incoming, response);
    });
    const answer = await sendAndEnd(front, `PUT / HTTP/1.1\r\nHost: hello.localhost\r\n${rest}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/x-selvedge-error: FN_006/i);
    expect(answer).toContain("broke off: the connection was closed from the client's side");
    // An avoided instance would be asked of control, as it is the only one.
    expect((await front.ask({ method: 'POST', body: 'next' })).body).toBe('POST 4');
    expect(asked).toEqual([]);
    expect(whole).toBe(1);
    const { records, inFlight } = await front.status();
    expect([records.map(({ status, error }) => [status, error]), inFlight]).toEqual([
      [
        [400, 'FN_006'],
        [200, undefined],
      ],
      {},
    ]);
  },
);

test('a client that sends too much has its whole 413 while it still sends, and is not reset before it ends', async () => {
  const front = await useFront(aTable([anEntry({ requestBytesMax: 100_000 })]));
  await front.slot(0, (incoming) => incoming.resume());
  const socket = connect({ port: front.port, host: '127.0.0.1' });
  const piece = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  const answered = (): boolean => /"request_id":"[^"]+"\}$/.test(received);
  socket.write('POST / HTTP/1.1\r\nHost: hello.localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
  const send = async (): Promise<void> => {
    if (!socket.write(piece)) await once(socket, 'drain');
  };
  // `once` rejects when the connection breaks.
  for (let pieces = 0; !answered() && pieces < 1000; pieces += 1) await send();
  expect(received).toMatch(/^HTTP\/1\.1 413 /);
  expect(received).toMatch(/x-selvedge-error: FN_006/i);
  for (let pieces = 0; pieces < 20; pieces += 1) await send();
  socket.end('0\r\n\r\n');
  expect(await once(socket, 'close')).toEqual([false]);
});

test('a client that resets its connection within a body has left, and its instance stays in use', async () => {
  const front = await useFront(aTable([anEntry()]));
  const asked = await useControl(front, () => ({ code: null, message: '' }));
  await front.slot(0, echoes);
  await sendAndEnd(front, 'PUT / HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 5\r\n\r\nab', true);
  expect((await front.ask({ method: 'POST', body: 'next' })).body).toBe('POST 4');
  await vi.waitFor(async () => expect((await front.status()).inFlight).toEqual({}));
  for (const { status } of (await front.status()).records) expect([499, 400, 200]).toContain(status);
  expect(asked).toEqual([]);
});

const upload = (length: number, chunked: boolean): { method: string; body: string | string[] } => {
  const parts = Array.from({ length: length / 50_000 }, (_, at) => `${at}`.padStart(50_000, '.'));
  return { method: 'POST', body: chunked ? parts : parts.join('') };
};

test.each([
  ['200 KB with a length', 200_000, false],
  ['200 KB in chunks', 200_000, true],
  ['5 MB with a length', 5_000_000, false],
  ['5 MB in chunks', 5_000_000, true],
  ['10 MB with a length', bytesMax, false],
  ['10 MB in chunks', bytesMax, true],
])('a function that answers without reading %s is heard', async (_, length, chunked) => {
  const front = await useFront(aTable([anEntry({ requestBytesMax: bytesMax })]));
  const asked = await useControl(front, () => ({ code: null, message: '' }));
  const run = await useBundledFunction({
    code: `export default { fetch(request) {
  if (request.url.endsWith('/threw')) throw new Error('not today');
  if (request.url.endsWith('/stream')) return new Response(new Blob(['str', 'eamed']).stream().pipeThrough(new TransformStream()));
  return new Response('no', { status: 401 });
} };`,
  });
  front.slotAt(0, run.socket);
  for (let round = 0; round < 3; round++) {
    const reply = await front.ask(upload(length, chunked));
    expect([reply.status, reply.body]).toEqual([401, 'no']);
  }
  const streamed = await front.ask({ ...upload(length, chunked), path: '/stream' });
  expect([streamed.status, streamed.body]).toEqual([200, 'streamed']);
  expect(errorOf(await front.ask({ ...upload(length, chunked), path: '/threw' })).message).toBe('not today');
  expect(asked).toEqual([]);
  expect((await front.status()).inFlight).toEqual({});
});

test('a body that is read while the response is produced, or is the response, is left to the function', async () => {
  const front = await useFront(aTable([anEntry({ requestBytesMax: bytesMax })]));
  const run = await useBundledFunction({
    code: `export default { fetch(request) {
  if (request.url.endsWith('/itself')) return new Response(request.body);
  let reader;
  return new Response(new ReadableStream({
    async pull(controller) {
      reader ??= request.body.getReader();
      const { done, value } = await reader.read();
      if (done) controller.close(); else controller.enqueue(value);
    },
  }, { highWaterMark: 0 }));
} };`,
  });
  front.slotAt(0, run.socket);
  for (const path of ['/itself', '/lazily']) {
    for (const chunked of [true, false]) {
      const sent = upload(1_000_000, chunked);
      const reply = await front.ask({ ...sent, path });
      expect([reply.status, reply.body === [sent.body].flat().join('')]).toEqual([200, true]);
    }
  }
});

test('an instance that breaks the exchange off but goes on is not avoided, and the client hears what happened', async () => {
  const front = await useFront(aTable([anEntry({ requestBytesMax: bytesMax })]));
  const asked = await useControl(front, () => ({ code: null, message: '' }));
  await front.slot(0, (incoming, response) => {
    if (incoming.url === '/') incoming.once('data', () => incoming.socket.destroy());
    else response.end('here');
  });
  const reply = await front.ask(upload(5_000_000, false));
  expect([reply.status, errorOf(reply).code]).toEqual([500, 'FN_004']);
  expect(errorOf(reply).message).toMatch(/before it had read the request's body/);
  expect((await front.ask({ path: '/next' })).body).toBe('here');
  expect(asked).toHaveLength(1);
});

test.each([
  ['with a body', { method: 'POST', body: 'hello' }, 'POST 5'],
  ['without one', { method: 'DELETE' }, 'DELETE 0'],
] as const)('a request %s whose instance had ended before goes to another', async (_, ask, answer) => {
  const front = await useFront(aTable([twoSlots]));
  await front.slot(0, (incoming) => incoming.socket.destroy());
  await front.slot(1, echoes);
  const at = Date.now() - 1000;
  const asked = await useControl(front, () => ({ code: 'FN_004', message: 'It was killed.', at }));
  expect((await front.ask(ask)).body).toBe(answer);
  expect(asked).toHaveLength(1);
});

test('a request that may not be repeated is not, if its instance may have had it', async () => {
  const front = await useFront(aTable([twoSlots]));
  let seen = 0;
  for (const slot of [0, 1]) {
    await front.slot(slot, (incoming) => {
      seen += 1;
      incoming.socket.destroy();
    });
  }
  await useControl(front, () => ({ code: 'FN_004', message: 'It was killed.', at: Date.now() }));
  const reply = await front.ask({ method: 'POST', body: 'hello' });
  expect([reply.status, errorOf(reply).code, seen]).toEqual([500, 'FN_004', 1]);
});

test.each([
  ['too long to keep', upload(100_000, false)],
  ['of unknown length', upload(50_000, true)],
])('a body %s is not sent again, even to nobody', async (_, ask) => {
  const front = await useFront(aTable([twoSlots]));
  await front.slot(0, (incoming) => incoming.socket.destroy());
  await front.slot(1, echoes);
  await useControl(front, () => ({ code: 'FN_004', message: 'It was killed.', at: 1 }));
  const reply = await front.ask(ask);
  expect([reply.status, errorOf(reply).code]).toEqual([500, 'FN_004']);
});
