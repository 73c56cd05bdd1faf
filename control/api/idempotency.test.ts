import { expect, test, vi } from 'vitest';
import { deployed, errorOf, invoked, useApi } from '../../test/support/use-api.ts';
import { AppError } from '../model/errors.ts';
import { requestHash } from './idempotency.ts';

const create = { name: 'cart', code: 'export default 1' };
const key = { 'idempotency-key': 'key-1' };

test('does the work once and gives its answer to every repetition', async () => {
  const { call, platform } = useApi();
  const first = await call('POST', '/functions', create, key);
  expect(first.headers.has('idempotency-replayed')).toBe(false);
  const again = await call('POST', '/functions', create, { ...key, 'x-request-id': 'second' });
  expect(again.status).toBe(201);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(again.headers.get('content-type')).toBe('application/json');
  expect(again.headers.get('x-request-id')).toBe('second');
  expect(await again.text()).toBe(await first.text());
  expect(platform.createFunction).toHaveBeenCalledOnce();
});

test('keeps what a request was refused with', async () => {
  const { call, platform } = useApi();
  platform.createFunction.mockRejectedValueOnce(
    new AppError('FN_005', 'It does not build.', { buildLogs: ['x'] }),
  );
  expect((await call('POST', '/functions', create, key)).status).toBe(422);
  const again = await call('POST', '/functions', create, key);
  expect(again.status).toBe(422);
  expect(again.headers.get('x-selvedge-error')).toBe('FN_005');
  expect((await errorOf(again)).build_logs).toEqual(['x']);
  expect(platform.createFunction).toHaveBeenCalledOnce();
});

test.each([
  ['a failure of ours', new AppError('SYS_002', 'The disk is full.')],
  ['a limit exceeded', new AppError('FN_007', 'Too many.')],
  ['an unforeseen exception', new TypeError('bug')],
])('forgets %s, so that trying again tries again', async (_, error) => {
  const { call, platform } = useApi();
  platform.createFunction.mockRejectedValueOnce(error);
  expect((await call('POST', '/functions', create, key)).ok).toBe(false);
  const again = await call('POST', '/functions', create, key);
  expect(again.status).toBe(201);
  expect(again.headers.has('idempotency-replayed')).toBe(false);
});

test.each([
  ['body', '/functions/cart/invoke', { event: 2 }],
  ['path', '/functions/card/invoke', { event: 1 }],
  ['query', '/functions/cart/invoke?async=true', { event: 1 }],
])('refuses the key for a request with another %s', async (_, path, body) => {
  const { call, platform } = useApi();
  await call('POST', '/functions/cart/invoke', { event: 1 }, key);
  const response = await call('POST', path, body, key);
  expect(response.status).toBe(422);
  const { error } = await errorOf(response);
  expect(error.code).toBe('FN_006');
  expect(error.message).toContain('The Idempotency-Key "key-1" was used for another request');
  expect(platform.invoke).toHaveBeenCalledOnce();
  expect(platform.invokeAsync).not.toHaveBeenCalled();
});

test('answers 409 while the first is still at work, and its answer afterwards', async () => {
  const { call, platform } = useApi();
  const { promise, resolve } = Promise.withResolvers<typeof deployed>();
  platform.deploy.mockReturnValue(promise);
  const first = call('POST', '/functions/cart/deploy', undefined, key);
  await vi.waitFor(() => expect(platform.deploy).toHaveBeenCalledOnce());
  const second = await call('POST', '/functions/cart/deploy', undefined, key);
  expect(second.status).toBe(409);
  expect(second.headers.get('retry-after')).toBe('1');
  expect((await errorOf(second)).error.message).toContain('is still being worked on');
  resolve(deployed);
  expect((await first).status).toBe(200);
  const third = await call('POST', '/functions/cart/deploy', undefined, key);
  expect(third.status).toBe(200);
  expect(third.headers.get('idempotency-replayed')).toBe('true');
  expect(platform.deploy).toHaveBeenCalledOnce();
});

test('takes a key of 255 characters and refuses one of 256, or with others than printable ones', async () => {
  const { call, platform } = useApi();
  expect((await call('POST', '/functions', create, { 'idempotency-key': 'k'.repeat(255) })).status).toBe(201);
  for (const bad of ['k'.repeat(256), 'k\u00e9']) {
    const response = await call('POST', '/functions', create, { 'idempotency-key': bad });
    expect(response.status).toBe(400);
    expect((await errorOf(response)).error.message).toContain(
      `The Idempotency-Key has ${bad.length} characters: it must be 1 to 255 printable ASCII characters`,
    );
  }
  expect(platform.createFunction).toHaveBeenCalledOnce();
});

test('holds for POST alone, as the other methods can be repeated anyway', async () => {
  const { call, platform } = useApi();
  for (let times = 0; times < 2; times++) await call('PUT', '/functions/cart', { timeout: 5 }, key);
  expect(platform.updateFunction).toHaveBeenCalledTimes(2);
});

test('does not read or claim a key without the token', async () => {
  const { app, store } = useApi();
  const begin = vi.spyOn(store, 'begin');
  expect((await app.request('/functions', { method: 'POST', headers: key, body: '{}' })).status).toBe(401);
  expect(begin).not.toHaveBeenCalled();
});

test('gives the answer where it could not be stored, and logs that', async () => {
  const { call, store, log, platform } = useApi();
  vi.spyOn(store, 'finish').mockRejectedValue(new Error('disk full'));
  platform.invoke.mockResolvedValue(invoked);
  const response = await call('POST', '/functions/cart/invoke', {}, key);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ status: 'success' });
  expect(log.error).toHaveBeenCalledOnce();
});

test('hashes method, target and body so that no part can pass for another', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const hashes = new Set([
    requestHash('POST', '/a', bytes('b')),
    requestHash('POST', '/a b', bytes('')),
    requestHash('POST', '/ab', bytes('')),
    requestHash('PUT', '/a', bytes('b')),
  ]);
  expect(hashes.size).toBe(4);
});
