import { expect, test } from 'vitest';
import { errorOf, invoked, TIME, TOKEN, useApi, VERSION_ID } from '../../test/support/use-api.ts';
import { AppError, ERRORS } from '../model/errors.ts';

test('invokes with the defaults for a body that is empty', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/functions/cart/invoke?project=shop', undefined, {
    'x-request-id': 'req-1',
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    request_id: 'req-1',
    status: 'success',
    response: { total: 3 },
    logs: [{ level: 'log', message: 'adding', time: TIME }],
    duration_ms: 2.1,
    cpu_ms: 0.9,
    memory_bytes: 9_000_000,
    cold_start: false,
    version: VERSION_ID,
  });
  expect(platform.invoke.mock.lastCall?.slice(1, 3)).toEqual([
    { idOrName: 'cart', project: 'shop' },
    { requestId: 'req-1', method: 'POST', path: '/', headers: {}, query: {} },
  ]);
});

test('passes on what it is given', async () => {
  const { call, platform } = useApi();
  await call('POST', '/functions/cart/invoke', {
    event: [1, null],
    method: 'get',
    path: '/a/b%20c',
    headers: { 'X-Thing': 'é' },
    query: { 'a b': '1' },
    timeout_ms: 500,
  });
  expect(platform.invoke.mock.lastCall?.[2]).toMatchObject({
    event: [1, null],
    method: 'GET',
    path: '/a/b%20c',
    headers: { 'X-Thing': 'é' },
    query: { 'a b': '1' },
    timeoutMs: 500,
  });
});

test.each(['FN_002', 'FN_003', 'FN_004', 'FN_007', 'FN_008'] as const)(
  'answers an invocation that failed with %s by its status, with the logs',
  async (code) => {
    const { call, platform } = useApi();
    const error = { code, message: 'TypeError: no', stack: 'TypeError: no\n    at index.ts:3:1' };
    platform.invoke.mockResolvedValue({ ...invoked, status: 'error', error });
    const response = await call('POST', '/functions/cart/invoke', {});
    expect(response.status).toBe(ERRORS[code].status);
    expect(response.headers.get('x-selvedge-error')).toBe(code);
    expect(response.headers.has('retry-after')).toBe(code === 'FN_007');
    expect(await response.json()).toEqual({
      error,
      request_id: 'req-1',
      logs: [{ level: 'log', message: 'adding', time: TIME }],
      duration_ms: 2.1,
    });
  },
);

test('answers an invocation that could not begin as any other error', async () => {
  const { call, platform } = useApi();
  platform.invoke.mockRejectedValue(
    new AppError('FN_007', 'The queue of cart is full.', { retryAfterSeconds: 2.2 }),
  );
  const response = await call('POST', '/functions/cart/invoke', {});
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('3');
});

test('accepts an asynchronous invocation', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/functions/cart/invoke?async=true', { event: 1 });
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({ request_id: 'req-2' });
  expect(platform.invokeAsync.mock.lastCall?.[2]).toMatchObject({ event: 1, method: 'POST' });
  expect(platform.invoke).not.toHaveBeenCalled();
});

test('tells the platform that the client left', async () => {
  const { app, platform } = useApi();
  const client = new AbortController();
  platform.invoke.mockImplementation(async (_by, _ref, _input, signal) => {
    client.abort();
    expect(signal.aborted).toBe(true);
    return invoked;
  });
  await app.request('/functions/cart/invoke', {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    signal: client.signal,
  });
  expect(platform.invoke).toHaveBeenCalledOnce();
});

test.each([
  [
    { name: 'Ada' },
    '"name" is not a field of the body; allowed are event, method, path, headers, query, timeout_ms.',
  ],
  [
    { method: 'TRACE' },
    'method is a method that no function can be sent: use GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS.',
  ],
  [{ method: 'G T' }, 'method is "G T": must be an HTTP method.'],
  [
    { path: 'a' },
    'path is "a": must begin with "/" and have no spaces, "?" or "#": what follows a "?" goes into `query`.',
  ],
  [
    { path: '/a?b=1' },
    'path is "/a?b=1": must begin with "/" and have no spaces, "?" or "#": what follows a "?" goes into `query`.',
  ],
  [{ path: `/${'a'.repeat(8192)}` }, `path is "/${'a'.repeat(78)}…: must be at most 8192 characters.`],
  [{ headers: { 'a b': 'x' } }, 'headers has the name "a b": is not a header name.'],
  [{ headers: { a: 'x\r\nb: y' } }, 'headers.a must be one line of text.'],
  [{ headers: { authorization: 5 } }, 'headers.authorization must be a string.'],
  [{ query: { a: 1 } }, 'query.a must be a string.'],
])('refuses %j', async (body, message) => {
  const { call, platform } = useApi();
  const response = await call('POST', '/functions/cart/invoke', body);
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toBe(message);
  expect(platform.invoke).not.toHaveBeenCalled();
});

test.each([0, 1.5, 900_001])('refuses a timeout_ms of %d', async (timeout_ms) => {
  const { call, platform } = useApi();
  const response = await call('POST', '/functions/cart/invoke', { timeout_ms });
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.issues?.map(({ path }) => path)).toEqual(['timeout_ms']);
  expect(platform.invoke).not.toHaveBeenCalled();
});
