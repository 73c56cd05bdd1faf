import { expect, test } from 'vitest';
import { errorOf, TOKEN, useApi } from '../../test/support/use-api.ts';
import { AppError } from '../model/errors.ts';

test('points from the root to the docs', async () => {
  const response = await useApi().app.request('/');
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ docs: '/docs', openapi: '/openapi.json' });
});

test('answers an unknown path with FN_001, naming it and the docs', async () => {
  const response = await useApi().call('GET', '/function');
  expect(response.status).toBe(404);
  expect(response.headers.get('x-selvedge-error')).toBe('FN_001');
  const { error } = await errorOf(response);
  expect(error).toEqual({
    code: 'FN_001',
    message: 'There is no "/function" here: /docs lists what there is.',
  });
});

test.each([
  ['PATCH', '/functions', 'GET, HEAD, POST'],
  ['DELETE', '/functions', 'GET, HEAD, POST'],
  ['POST', '/functions/cart', 'GET, HEAD, PUT, DELETE'],
  ['GET', '/functions/cart/deploy', 'POST'],
  ['PUT', '/functions/cart/env', 'GET, HEAD, POST'],
  ['OPTIONS', '/functions/cart/env/KEY', 'DELETE'],
  ['POST', '/health', 'GET, HEAD'],
])('refuses %s %s and says what is allowed', async (method, path, allow) => {
  const response = await useApi().call(method, path);
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allow);
  expect(response.headers.get('x-selvedge-error')).toBe('FN_006');
  const { error } = await errorOf(response);
  expect(error.code).toBe('FN_006');
  expect(error.message).toBe(`${method} is not a method of "${path}": it takes ${allow}. See /docs.`);
});

test('takes a path with a slash at its end for the same', async () => {
  expect((await useApi().call('GET', '/functions/')).status).toBe(200);
});

test('answers HEAD as GET without a body', async () => {
  const response = await useApi().call('HEAD', '/functions');
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});

test('keeps a request id of 128 printable characters, and makes one in place of any other', async () => {
  const { call } = useApi();
  const kept = 'x'.repeat(128);
  expect((await call('GET', '/info', undefined, { 'x-request-id': kept })).headers.get('x-request-id')).toBe(
    kept,
  );
  for (const bad of ['x'.repeat(129), 'two words', '\u00e9']) {
    const id = (await call('GET', '/info', undefined, { 'x-request-id': bad })).headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test('puts the request id and the security headers on every answer, refusals among them', async () => {
  const { app, call } = useApi();
  const answers = [
    await app.request('/health'),
    await app.request('/functions'),
    await call('GET', '/nowhere'),
    await call('PATCH', '/functions'),
    await call('POST', '/functions', '{'),
    await call('GET', '/functions/cart/versions/abababab/config'),
  ];
  for (const response of answers) {
    expect(response.headers.get('x-request-id')).toMatch(/./);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});

test('tells of an unforeseen exception only its request id, and logs the rest', async () => {
  const { call, platform, log } = useApi();
  const bug = new TypeError('cannot read /home/owner/.selvedge/db');
  platform.info.mockRejectedValue(bug);
  const response = await call('GET', '/info', undefined, { 'x-request-id': 'req-9' });
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).not.toContain('db');
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'SYS_001' }, request_id: 'req-9' });
  expect(log.error).toHaveBeenCalledWith(
    { err: bug, code: 'SYS_001', requestId: 'req-9' },
    'unforeseen exception in the control API',
  );
});

test('logs system errors and leaves user errors to the user', async () => {
  const { call, platform, log } = useApi();
  platform.info.mockRejectedValueOnce(new AppError('FN_001', 'no such thing'));
  expect((await call('GET', '/info')).status).toBe(404);
  expect(log.error).not.toHaveBeenCalled();
  platform.info.mockRejectedValueOnce(new AppError('SYS_002', 'The data directory is full.'));
  const response = await call('GET', '/info');
  expect(response.status).toBe(507);
  expect((await errorOf(response)).error.message).toBe('The data directory is full.');
  expect(log.error).toHaveBeenCalledOnce();
});

test('names the token nowhere in a refusal', async () => {
  const response = await useApi().app.request('/functions', { headers: { authorization: `Basic ${TOKEN}` } });
  expect(await response.text()).not.toContain(TOKEN);
});
