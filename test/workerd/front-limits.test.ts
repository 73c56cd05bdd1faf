// Goal: nothing that a function does or fails to do holds a client or a front beyond the function's limits.
// Method: the built router in real workerd; instances and control are servers of the test.

import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import type { EndedAnswer, LeaseAnswer } from '../../edge/contract/front-api.ts';
import { anEntry, aTable, errorOf, type RunningFront, useFront, V1 } from '../support/use-front.ts';

const destroys: RequestListener = (incoming) => incoming.socket.destroy();

interface Broken {
  readonly status: number;
  readonly body: string;
  readonly whole: boolean;
}

/** Resolves when the body has ended or broken off. */
function read(front: RunningFront, path = '/'): Promise<Broken> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port: front.port, path, headers: { host: 'hello.localhost' }, agent: false },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          body += chunk;
        });
        response.on('error', () => undefined);
        response.on('close', () =>
          resolve({ status: response.statusCode ?? 0, body, whole: response.complete }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

async function useControl(
  front: RunningFront,
  answers: Readonly<Record<string, (body: Record<string, unknown>) => object | undefined>>,
): Promise<[string, Record<string, unknown>][]> {
  const asked: [string, Record<string, unknown>][] = [];
  await front.control(async (incoming, response) => {
    const body = JSON.parse(await bodyOf(incoming)) as Record<string, unknown>;
    asked.push([String(incoming.url), body]);
    const answer = answers[String(incoming.url)]?.(body);
    if (answer) response.writeHead(200).end(JSON.stringify(answer));
  });
  return asked;
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of incoming) body += chunk;
  return body;
}

const ended = (code: EndedAnswer['code'], message = 'It used too much.'): EndedAnswer => ({ code, message });

test('a request body that never ends is under the timeout, and neither side is kept waiting for the rest', async () => {
  const front = await useFront(aTable([anEntry({ timeoutMs: 300, requestBytesMax: 100_000 })]));
  const instance: string[] = [];
  await front.slot(0, (incoming) => {
    incoming.on('data', (chunk) => instance.push(String(chunk)));
    incoming.on('error', () => undefined);
    incoming.on('close', () => instance.push('closed'));
  });
  for (const head of [
    'Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
    'Content-Length: 90000\r\n\r\npart',
  ]) {
    instance.length = 0;
    const socket = connect(front.port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => undefined);
    socket.write(`POST / HTTP/1.1\r\nHost: hello.localhost\r\n${head}`);
    await once(socket, 'close');
    expect(received).toMatch(/^HTTP\/1\.1 504 /);
    expect(received).toMatch(/x-selvedge-error: FN_002/i);
    await vi.waitFor(() => expect(instance).toEqual(['part', 'closed']));
  }
  const { records, inFlight } = await front.status();
  expect(inFlight).toEqual({});
  for (const record of records) expect(record.durationMs).toBeGreaterThanOrEqual(300);
});

test('a short body that never ends is under the timeout, and no instance hears of it', async () => {
  const front = await useFront(aTable([anEntry({ timeoutMs: 300 })]));
  let seen = 0;
  await front.slot(0, () => {
    seen += 1;
  });
  const socket = connect(front.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  socket.write('POST / HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 900\r\n\r\npart');
  await once(socket, 'close');
  expect(received).toMatch(/^HTTP\/1\.1 504 /);
  expect([seen, (await front.status()).inFlight]).toEqual([0, {}]);
});

const drips: RequestListener = (incoming, response) => {
  const length = Number(new URL(`http://x${incoming.url}`).searchParams.get('length') ?? 0);
  response.writeHead(200, length > 0 ? { 'content-length': length } : {});
  response.write('begun');
};

test.each([
  ['without a length', '/'],
  ['with a large one', '/?length=100000'],
])('a response body %s that never ends is broken off, and never looks whole', async (_, path) => {
  const front = await useFront(aTable([anEntry({ streamTimeoutMs: 300 })]));
  let closed = 0;
  await front.slot(0, (incoming, response) => {
    response.on('close', () => {
      closed += 1;
    });
    drips(incoming, response);
  });
  expect(await read(front, path)).toEqual({ status: 200, body: 'begun', whole: false });
  await vi.waitFor(() => expect(closed).toBe(1));
  await vi.waitFor(async () => expect((await front.status()).inFlight).toEqual({}));
  const { records, versions } = await front.status();
  expect(records).toMatchObject([{ status: 200, error: 'FN_002' }]);
  expect(records[0]?.brokenOff).toMatch(/0\.3 s after its head.*stream_timeout/);
  expect(versions).toMatchObject([{ refused: { FN_002: 1 }, inFlight: 0 }]);
});

test('bodies that end in time pass whole, with their length where they have one', async () => {
  const front = await useFront(aTable([anEntry({ streamTimeoutMs: 60_000 })]));
  await front.slot(0, (incoming, response) => {
    const body = 'x'.repeat(200_000);
    response.writeHead(200, incoming.url === '/length' ? { 'content-length': body.length } : {}).end(body);
  });
  const sized = await front.ask({ path: '/length' });
  expect([sized.headers['content-length'], sized.body.length]).toEqual(['200000', 200_000]);
  const chunked = await front.ask();
  expect([chunked.headers['content-length'], chunked.body.length]).toEqual([undefined, 200_000]);
  const head = await front.ask({ path: '/length', method: 'HEAD' });
  expect(head.headers['content-length']).toBe('200000');
  await vi.waitFor(async () => expect((await front.status()).inFlight).toEqual({}));
});

test.each([
  ['FN_002', 504],
  ['FN_003', 503],
] as const)('an instance ended with %s tells so, and the request is not sent again', async (code, status) => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1] } })]));
  let seen = 0;
  for (const slot of [0, 1]) {
    await front.slot(slot, (incoming) => {
      seen += 1;
      incoming.socket.destroy();
    });
  }
  const asked = await useControl(front, { '/ended': () => ended(code) });
  const reply = await front.ask();
  expect([reply.status, reply.headers['x-selvedge-error'], errorOf(reply).message]).toEqual([
    status,
    code,
    'It used too much.',
  ]);
  expect(seen).toBe(1);
  expect(asked).toMatchObject([['/ended', { function: 'fn_hello', version: V1 }]]);
  expect((await front.status()).records).toMatchObject([{ status, error: code }]);
});

test.each([
  ['ended by itself', ended('FN_004')],
  ['is not known to have ended', ended(null, '')],
])('a request whose instance %s goes to another one if it may', async (_, answer) => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1] } })]));
  await front.slot(0, destroys);
  await front.slot(1, (_incoming, response) => response.end('the other'));
  await useControl(front, { '/ended': () => answer });
  expect((await front.ask()).body).toBe('the other');
});

test('an instance that was ended for a limit before the request came to it is no fault of the request', async () => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1] } })]));
  await front.slot(0, destroys);
  await front.slot(1, (_, response) => response.end('the other'));
  await useControl(front, { '/ended': () => ({ ...ended('FN_002'), at: Date.now() - 10_000 }) });
  expect((await front.ask({ method: 'POST', body: 'kept' })).body).toBe('the other');
});

test('a request that two instances were ended without having looked at may be tried again by its sender', async () => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1] } })]));
  await front.slot(0, destroys);
  await front.slot(1, destroys);
  await useControl(front, { '/ended': () => ({ ...ended('FN_002'), at: Date.now() - 10_000 }) });
  const reply = await front.ask({ method: 'POST', body: 'kept' });
  expect([reply.status, reply.headers['x-selvedge-error'], reply.headers['retry-after']]).toEqual([
    503,
    'FN_008',
    '1',
  ]);
});

test('a request that goes to another instance has the rest of its time, and not all of it again', async () => {
  const lost = anEntry({ timeoutMs: 1000, slots: { [V1]: [0, 1] } });
  const clock = anEntry({ id: 'fn_clock', name: 'clock', timeoutMs: 1300, slots: { [V1]: [2] } });
  const front = await useFront(aTable([lost, clock]));
  await front.slot(0, (incoming) => void setTimeout(() => incoming.socket.destroy(), 600));
  for (const slot of [1, 2]) await front.slot(slot, (incoming) => void incoming.resume());
  await useControl(front, { '/ended': () => ended('FN_004') });
  const order: string[] = [];
  const ask = async (host: string): Promise<void> => {
    const { status, headers } = await front.ask({ host });
    order.push(`${host} ${status} ${headers['x-selvedge-error']}`);
  };
  await Promise.all(['hello.localhost', 'clock.localhost'].map(ask));
  expect(order).toEqual(['hello.localhost 504 FN_002', 'clock.localhost 504 FN_002']);
});

test('control that does not say in time why an instance ended is not waited for', async () => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1] } })]));
  await front.slot(0, destroys);
  await front.slot(1, (_, response) => response.end('the other'));
  const asked = await useControl(front, { '/ended': () => undefined });
  expect((await front.ask()).body).toBe('the other');
  expect(asked).toHaveLength(1);
});

test('a request to an instance that was not there goes to another, once control knows of no end at a limit', async () => {
  const front = await useFront(aTable([anEntry({ slots: { [V1]: [0, 1] } })]));
  await front.slot(1, (_, response) => response.end('the other'));
  const asked = await useControl(front, { '/ended': () => ended(null, '') });
  expect((await front.ask()).body).toBe('the other');
  expect(asked).toHaveLength(1);
});

test('a body that breaks off as its instance is ended is broken for the client, and the record says why', async () => {
  const front = await useFront(aTable([anEntry()]));
  const responses: ServerResponse[] = [];
  await front.slot(0, (incoming, response) => {
    drips(incoming, response);
    responses.push(response);
  });
  await useControl(front, { '/ended': () => ended('FN_003') });
  const reading = read(front);
  await vi.waitFor(async () =>
    expect(await front.status()).toMatchObject({ awaiting: {}, inFlight: { 0: 1 } }),
  );
  const { seq } = await front.status();
  responses[0]?.socket?.destroy();
  expect((await reading).whole).toBe(false);
  await vi.waitFor(async () => expect((await front.status(seq)).records).toHaveLength(1));
  expect((await front.status(seq)).records).toMatchObject([
    { status: 200, error: 'FN_003', brokenOff: 'It used too much.', repeated: true },
  ]);
});

const limited = anEntry({ rateLimit: { requests: 4, windowMs: 60_000, perFront: 2 } });

test('a function with a rate limit takes what control gives leave for, and refuses at once what it does not', async () => {
  const front = await useFront(aTable([limited]));
  await front.slot(0, (_, response) => response.end('ok'));
  const leases: LeaseAnswer[] = [
    { granted: 1, forMs: 1000 },
    { granted: 1, forMs: 1000 },
    { granted: 0, forMs: 41_200 },
  ];
  const asked = await useControl(front, { '/lease': () => leases.shift() });
  const replies = [await front.ask(), await front.askPrivate({ path: '/invoke/fn_hello/live/' })];
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  for (const refused of [await front.ask(), await front.ask()]) {
    expect([refused.status, refused.headers['x-selvedge-error'], refused.headers['retry-after']]).toEqual([
      429,
      'FN_007',
      '42',
    ]);
    expect(errorOf(refused).message).toMatch(/takes 4 requests in 60 s \(rate_limit\).*again in 42 s/);
  }
  // The second refusal is remembered, not asked for.
  expect(asked).toEqual(Array(3).fill(['/lease', { function: 'fn_hello', want: 1 }]));
  expect((await front.status()).versions).toMatchObject([{ refused: { FN_007: 2 } }]);
});

test('without control a front lets its own share of a rate in, and not one more', async () => {
  const front = await useFront(aTable([limited]));
  await front.slot(0, (_, response) => response.end('ok'));
  const statuses = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await front.ask()).status);
  expect(statuses).toEqual([200, 200, 429]);
});

test('a function without a rate limit asks for no leave', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, (_, response) => response.end('ok'));
  const asked = await useControl(front, {});
  expect((await front.ask()).status).toBe(200);
  expect(asked).toEqual([]);
});

test('a queue of length 0 takes nobody while its instances are busy', async () => {
  const front = await useFront(aTable([anEntry({ concurrency: 1, queueLength: 0 })]));
  const held: ServerResponse[] = [];
  await front.slot(0, (_, response) => held.push(response));
  const first = front.ask();
  await vi.waitFor(() => expect(held).toHaveLength(1));
  const refused = await front.ask();
  expect([refused.status, errorOf(refused).code, refused.headers['retry-after']]).toEqual([
    429,
    'FN_007',
    '1',
  ]);
  held[0]?.end('done');
  expect((await first).body).toBe('done');
});

test('a flood is answered whole, and so are those who come meanwhile, whatever the flood is of', async () => {
  const closed = anEntry({ id: 'fn_closed', name: 'closed', public: false });
  const honest = anEntry({ id: 'fn_honest', name: 'honest', slots: { [V1]: [1] } });
  const front = await useFront(aTable([anEntry({ concurrency: 1000 }), closed, honest]));
  await front.slot(0, (_, response) => response.end('flood'));
  await front.slot(1, (_, response) => response.end('honest'));
  const expected = { hello: 200, nobody: 404, closed: 401 } as const;
  for (const [name, status] of Object.entries(expected)) {
    const flood = Array.from({ length: 200 }, () => front.ask({ host: `${name}.localhost` }));
    const meanwhile = await front.ask({ host: 'honest.localhost' });
    expect([meanwhile.status, meanwhile.body]).toEqual([200, 'honest']);
    expect(new Set((await Promise.all(flood)).map((reply) => reply.status))).toEqual(new Set([status]));
  }
});

test('large bodies that share a front with other functions pass whole, byte by byte', async () => {
  const other = anEntry({ id: 'fn_other', name: 'other', slots: { [V1]: [1] } });
  const front = await useFront(aTable([anEntry(), other]));
  const piece = Buffer.from(Array.from({ length: 100_003 }, (_, i) => 97 + (i % 26)));
  await front.slot(0, (_, response) => {
    // No length: each of forty pieces when the one before has been taken.
    let left = 40;
    const write = (): void => {
      for (; left > 0; left -= 1) if (!response.write(piece)) break;
      if (left === 0) response.end();
      else {
        left -= 1;
        response.once('drain', write);
      }
    };
    write();
  });
  await front.slot(1, (_, response) => response.end('ok'));
  let busy = true;
  const meanwhile = (async () => {
    for (; busy; ) expect((await front.ask({ host: 'other.localhost' })).body).toBe('ok');
  })();
  const replies = await Promise.all(Array.from({ length: 12 }, () => front.ask()));
  busy = false;
  await meanwhile;
  const whole = Buffer.concat(Array.from({ length: 40 }, () => piece)).toString();
  expect(replies.map(({ body }) => body === whole)).toEqual(replies.map(() => true));
});
