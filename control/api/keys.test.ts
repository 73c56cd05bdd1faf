import { expect, test, vi } from 'vitest';
import { errorOf, invoked, KEY_TOKEN, key, TIME, useApi } from '../../test/support/use-api.ts';
import type { KeyRecord } from '../model/access.ts';
import { OWNER, type Role } from '../model/access.ts';

const shown = {
  ...{ id: key.id, name: 'ci', role: 'deployer', projects: ['shop'], prefix: 'slv_0123ab' },
  ...{ created_at: TIME, expires_at: null, last_used_at: null },
};
const wanted = { name: 'ci', role: 'deployer', projects: ['shop'] };
const repeated = { 'idempotency-key': 'once' };

/** An API that knows one key, of the given role. */
function useKey(role: Role, changes: Partial<KeyRecord> = {}, expired = false) {
  const api = useApi();
  const actor = { id: key.id, name: 'ci', role, projects: ['shop'], expiresAt: null, ...changes };
  api.platform.identify.mockImplementation((token) => (token === KEY_TOKEN ? { actor, expired } : undefined));
  const ask = (method: string, path: string, body?: unknown, headers = {}): Promise<Response> =>
    api.call(method, path, body, { ...headers, authorization: `Bearer ${KEY_TOKEN}` });
  return { ...api, ask, actor };
}

test('makes a key and shows its token, and no hash', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/keys', { ...wanted, expires_at: '2100-01-01T01:00:00+01:00' });
  expect([response.status, response.headers.get('location')]).toEqual([201, `/keys/${key.id}`]);
  expect(await response.json()).toEqual({ ...shown, token: KEY_TOKEN });
  expect(platform.createKey).toHaveBeenCalledWith(
    { actor: OWNER, requestId: expect.any(String), address: null },
    { ...wanted, expires_at: '2100-01-01T00:00:00.000Z' },
  );
});

test('shows keys without token or hash', async () => {
  const { call } = useApi();
  expect(await (await call('GET', '/keys')).json()).toEqual({ keys: [shown], cursor: null });
  expect(await (await call('GET', `/keys/${key.id}`)).json()).toEqual(shown);
});

test('revokes a key', async () => {
  const { call, platform } = useApi();
  const response = await call('DELETE', `/keys/${key.id}`);
  expect(await response.json()).toEqual({ id: key.id, name: 'ci', deleted: true });
  expect(platform.revokeKey).toHaveBeenCalledWith(expect.objectContaining({ actor: OWNER }), key.id);
});

test.each([
  ['no projects at all', { projects: undefined }, 'projects is missing'],
  ['an empty list', { projects: [] }, 'a key for no project opens nothing'],
  ['another role', { role: 'admin' }, 'role'],
  ['a token of its own', { token: 'x' }, 'token'],
])('refuses a key with %s', async (_, changes, message) => {
  const response = await useApi().call('POST', '/keys', { ...wanted, ...changes });
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toContain(message);
});

test('a repetition makes no second key, and does not get the token that was shown', async () => {
  const { call, platform, store } = useApi();
  const finish = vi.spyOn(store, 'finish');
  expect((await call('POST', '/keys', wanted, repeated)).status).toBe(201);
  const again = await call('POST', '/keys', wanted, repeated);
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([409, 'true']);
  expect((await errorOf(again)).error.message).toContain(`revoke the key with DELETE /keys/${key.id}`);
  expect(platform.createKey).toHaveBeenCalledOnce();
  expect(JSON.stringify(finish.mock.calls)).not.toContain(KEY_TOKEN);
});

test("one caller's Idempotency-Key is nothing to another", async () => {
  const { ask, call, platform } = useKey('deployer');
  const first = await ask('POST', '/functions/cart/deploy', undefined, repeated);
  const second = await call('POST', '/functions/cart/deploy', undefined, repeated);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.headers.has('idempotency-replayed')).toBe(false);
  expect(platform.deploy).toHaveBeenCalledTimes(2);
  expect(
    (await ask('POST', '/functions/cart/deploy', undefined, repeated)).headers.get('idempotency-replayed'),
  ).toBe('true');
});

test('a key acts under its own name, with its projects', async () => {
  const { ask, platform, actor } = useKey('deployer');
  expect((await ask('PUT', '/functions/cart', { timeout: 5 }, { 'x-request-id': 'mine' })).status).toBe(200);
  expect(platform.updateFunction.mock.lastCall?.[0]).toEqual({ actor, requestId: 'mine', address: null });
});

test('a role that is too low is refused before anything is read, with what it is and what it takes', async () => {
  const { ask, platform } = useKey('invoker');
  const response = await ask('PUT', '/functions/cart', '{ this is no JSON');
  expect(response.status).toBe(403);
  expect((await errorOf(response)).error).toMatchObject({
    code: 'FN_009',
    message:
      'updateFunction needs the role deployer or owner, and the key "ci" has the role invoker: use another key.',
  });
  expect(platform.updateFunction).not.toHaveBeenCalled();
});

test('HEAD needs what GET needs', async () => {
  const { ask, platform } = useKey('invoker');
  expect((await ask('HEAD', '/functions')).status).toBe(403);
  expect(platform.listFunctions).not.toHaveBeenCalled();
});

test('a role too low gets no answer that was stored for an Idempotency-Key', async () => {
  const { ask, platform } = useKey('viewer');
  for (let at = 0; at < 2; at += 1) {
    const response = await ask('POST', '/functions/cart/deploy', undefined, repeated);
    expect([response.status, response.headers.has('idempotency-replayed')]).toEqual([403, false]);
  }
  expect(platform.deploy).not.toHaveBeenCalled();
});

test('a viewer gets the names of variables and neither values nor source', async () => {
  const { ask, platform } = useKey('viewer');
  const { env } = (await (await ask('GET', '/functions/cart/env')).json()) as { env: object[] };
  expect(env).toEqual([
    { key: 'API_KEY', secret: true, updated_at: TIME, source: 'environment' },
    { key: 'GREETING', secret: false, updated_at: TIME, source: 'environment' },
  ]);
  expect((await ask('GET', '/functions/cart')).status).toBe(200);
  const withCode = await ask('GET', '/functions/cart?include=code');
  expect(withCode.status).toBe(403);
  expect((await errorOf(withCode)).error.message).toContain('include=code needs the role deployer or owner');
  expect(platform.getCode).not.toHaveBeenCalled();
});

test('an invoker is given what a function answers, and neither logs nor stack', async () => {
  const { ask, platform } = useKey('invoker');
  expect(await (await ask('POST', '/functions/cart/invoke')).json()).toMatchObject({
    ...{ status: 'success', response: { total: 3 }, logs: [] },
  });
  const error = { code: 'FN_004', message: 'no', stack: 'Error: no\n    at index.ts:1:1' };
  platform.invoke.mockResolvedValueOnce({ ...invoked, status: 'error', error });
  const failed = await ask('POST', '/functions/cart/invoke');
  expect(await failed.json()).toMatchObject({ error: { code: 'FN_004', message: 'no' }, logs: [] });
  platform.invoke.mockResolvedValueOnce({ ...invoked, status: 'error', error });
  expect(await (await ask('POST', '/functions/cart/invoke')).text()).not.toMatch(/index\.ts|adding/);
});

test('a key that has expired is told so, and opens nothing', async () => {
  const { ask, platform } = useKey('owner', { expiresAt: TIME }, true);
  const response = await ask('GET', '/functions');
  expect(response.status).toBe(401);
  expect((await errorOf(response)).error.message).toBe(
    `The key "ci" expired at ${TIME}: have an owner make another.`,
  );
  expect(platform.listFunctions).not.toHaveBeenCalled();
});

test('refusals are noted with who was refused, and without the token', async () => {
  const { ask, app, call, platform, actor } = useKey('viewer');
  await ask('DELETE', '/functions/cart', undefined, { 'x-request-id': 'r1' });
  await app.request('/keys', { headers: { authorization: 'Bearer wrong', 'x-request-id': 'r2' } });
  await app.request('/nowhere', { headers: { 'x-request-id': 'r3' } });
  await call('GET', '/nowhere');
  expect(platform.noteRefusal.mock.calls.map(([refusal]) => refusal)).toEqual([
    { actor, requestId: 'r1', address: null, status: 403, operation: 'deleteFunction' },
    { actor: null, requestId: 'r2', address: null, status: 401, operation: 'listKeys' },
    { actor: null, requestId: 'r3', address: null, status: 401, operation: null },
  ]);
});

test('a POST to what is open needs no credential to be told that there is none', async () => {
  const { app } = useApi();
  const response = await app.request('/health', { method: 'POST', headers: repeated });
  expect(response.status).toBe(405);
});

test('without SELVEDGE_AUTH everybody is the owner, and is called what they are in the audit log', async () => {
  const { app, platform } = useApi({ mode: 'none' });
  await app.request('http://localhost/keys', { method: 'POST', body: JSON.stringify(wanted) });
  expect(platform.createKey.mock.lastCall?.[0].actor).toMatchObject({
    ...{ id: 'owner', role: 'owner', projects: null },
    name: 'anyone (SELVEDGE_AUTH=none)',
  });
});
