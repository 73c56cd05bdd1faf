// Repetitions, times and signals, with the clock in the test's hands.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useFakeControl } from '../../test/support/use-fake-control.ts';
import { callTimeoutMs, retriesDefault } from './bounds.ts';
import type { SelvedgeError } from './selvedge-error.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const full = {
  status: 429,
  headers: { 'retry-after': '2' },
  body: { error: { code: 'FN_007', message: 'too many' }, request_id: 'r' },
};
const starting = { status: 503, body: { error: { code: 'SYS_003', message: 'starting' }, request_id: 'r' } };

/** The error, once all timers that there are have run. */
async function outcome<T>(promise: Promise<T>): Promise<T | SelvedgeError> {
  const settled = promise.catch((error) => error as SelvedgeError);
  await vi.runAllTimersAsync();
  return settled;
}

test('sends a POST again with the same Idempotency-Key after 429 and 503', async () => {
  const { client, sent } = useFakeControl([full, starting, { body: { version: 'v' } }]);
  expect(await outcome(client.functions.deploy('cart'))).toEqual({ version: 'v' });
  const keys = sent.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
});

test('two calls have two keys, and one that is given is used', async () => {
  const { client, sent } = useFakeControl([{}, {}, {}]);
  await client.functions.deploy('cart');
  await client.functions.deploy('cart');
  await client.functions.deploy('cart', { idempotencyKey: 'of the caller' });
  const keys = sent.map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys).size).toBe(3);
  expect(keys[2]).toBe('of the caller');
});

test('does not send before Retry-After is over', async () => {
  const { client, sent } = useFakeControl([full, { body: {} }]);
  const call = client.functions.get('cart');
  await vi.advanceTimersByTimeAsync(1999);
  expect(sent).toHaveLength(1);
  await outcome(call);
  expect(sent).toHaveLength(2);
});

test('gives up with the last error after its retries', async () => {
  const { client, sent } = useFakeControl(Array(10).fill(starting));
  expect(await outcome(client.functions.get('cart'))).toMatchObject({ code: 'SYS_003', status: 503 });
  expect(sent).toHaveLength(1 + retriesDefault);
});

test('a call of a function whose connection broke is not sent again, and one that reads is', async () => {
  const broken = { fails: new TypeError('fetch failed', { cause: new Error('socket hang up') }) };
  const invoking = useFakeControl([broken, { body: {} }]);
  expect(await outcome(invoking.client.functions.execute('cart'))).toMatchObject({
    code: 'CLIENT_NETWORK',
    message: expect.stringContaining('socket hang up'),
  });
  expect(invoking.sent).toHaveLength(1);
  const reading = useFakeControl([broken, { body: { name: 'cart' } }]);
  expect(await outcome(reading.client.functions.get('cart'))).toEqual({ name: 'cart' });
});

test('a call of a function that nobody took is sent again', async () => {
  const refused = { fails: new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }) };
  const { client, sent } = useFakeControl([refused, { body: { response: 1, logs: [] } }]);
  expect(await outcome(client.functions.execute('cart'))).toMatchObject({ response: 1 });
  expect(sent).toHaveLength(2);
});

test('a rollback to the version before is not sent again when its answer was not heard; to a named one it is', async () => {
  const broken = { fails: new TypeError('fetch failed') };
  const { client, sent } = useFakeControl([broken, broken, { body: {} }]);
  expect(await outcome(client.functions.rollback('cart'))).toMatchObject({ code: 'CLIENT_NETWORK' });
  expect(sent).toHaveLength(1);
  expect(await outcome(client.functions.rollback('cart', '0123abcd'))).toEqual({});
});

test('ends at timeoutMs, pauses and repetitions included', async () => {
  const { client } = useFakeControl([full, full, full, full, full], { timeoutMs: 3000 });
  const start = Date.now();
  const error = await outcome(client.functions.get('cart'));
  expect(error).toMatchObject({ code: 'CLIENT_TIMEOUT', message: expect.stringContaining('3000 ms') });
  expect(Date.now() - start).toBe(3000);
});

test('a call that hangs ends at the default, and at the one of the call before that of the client', async () => {
  const hanging = useFakeControl([{ hangs: true }]);
  const start = Date.now();
  expect(await outcome(hanging.client.functions.get('cart'))).toMatchObject({ code: 'CLIENT_TIMEOUT' });
  expect(Date.now() - start).toBe(callTimeoutMs);
  const own = useFakeControl([{ hangs: true }], { timeoutMs: 1000 });
  await outcome(own.client.functions.execute('cart', {}, { timeoutMs: 70 }));
  expect(Date.now() - start).toBe(callTimeoutMs + 70);
});

test('a signal ends a call that hangs, a pause, and one that has not begun', async () => {
  const reason = new Error('the user left');
  for (const answers of [[{ hangs: true }], [full]]) {
    const { client, sent } = useFakeControl(answers);
    const leaving = new AbortController();
    const call = client.functions.get('cart', { signal: leaving.signal }).catch((error) => error);
    await vi.advanceTimersByTimeAsync(10);
    leaving.abort(reason);
    expect(await call).toMatchObject({ code: 'CLIENT_ABORTED', cause: reason });
    expect(sent).toHaveLength(1);
  }
  const { client, sent } = useFakeControl([]);
  const gone = client.functions.get('cart', { signal: AbortSignal.abort(reason) });
  expect(await outcome(gone)).toMatchObject({ code: 'CLIENT_ABORTED' });
  expect(sent).toEqual([]);
});

test('leaves no timer behind', async () => {
  const { client } = useFakeControl([{ body: {} }]);
  await client.functions.get('cart');
  expect(vi.getTimerCount()).toBe(0);
});
