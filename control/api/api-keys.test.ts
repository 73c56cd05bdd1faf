import { expect, test, vi } from 'vitest';
import { API_KEY_TOKEN, apiKey, errorOf, TIME, useApi } from '../../test/support/use-api.ts';
import { OWNER } from '../model/access.ts';

const shown = {
  ...{
    id: apiKey.id,
    name: 'partner',
    project: 'shop',
    function: null,
    scopes: ['read'],
    prefix: 'svk_0123ab',
  },
  ...{ created_at: TIME, expires_at: null, last_used_at: null },
};
const by = expect.objectContaining({ actor: OWNER });

test('makes a key of visitors and shows its token, and no hash', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/api-keys', { name: 'partner', project: 'shop', scopes: ['read'] });
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({ ...shown, token: API_KEY_TOKEN });
  expect(platform.createApiKey).toHaveBeenCalledWith(by, {
    ...{ name: 'partner', project: 'shop', scopes: ['read'], expires_at: null },
  });
});

test('lists keys without token or hash, and revokes one', async () => {
  const { call, platform } = useApi();
  expect(await (await call('GET', '/api-keys?project=shop&function=cart')).json()).toEqual({
    ...{ api_keys: [shown], cursor: null },
  });
  expect(platform.listApiKeys).toHaveBeenCalledWith(by, { limit: 100, project: 'shop', function: 'cart' });
  expect(await (await call('DELETE', `/api-keys/${apiKey.id}`)).json()).toEqual({
    ...{ id: apiKey.id, name: 'partner', deleted: true },
  });
});

test.each([
  ['an empty name', { name: '' }, 'whose key'],
  ['a scope with a space', { scopes: ['a b'] }, 'scopes'],
  ['a scope more than there may be', { scopes: Array.from({ length: 51 }, (_, i) => `s${i}`) }, 'scopes'],
  ['a token of its own', { token: 'x' }, 'token'],
])('refuses a key with %s', async (_, changes, message) => {
  const response = await useApi().call('POST', '/api-keys', { name: 'x', ...changes });
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toContain(message);
});

test('a repetition makes no second key, and does not get the token that was shown', async () => {
  const { call, store } = useApi();
  const finish = vi.spyOn(store, 'finish');
  const headers = { 'idempotency-key': 'once' };
  await call('POST', '/api-keys', { name: 'x' }, headers);
  expect(JSON.stringify(finish.mock.calls)).not.toContain(API_KEY_TOKEN);
  const second = await call('POST', '/api-keys', { name: 'x' }, headers);
  expect(second.status).toBe(409);
  expect((await errorOf(second)).error.message).toContain(apiKey.id);
});

test.each([
  ['no path', {}, 'path'],
  ['a query in the path', { path: '/a?b=1' }, 'the query is a field of its own'],
  ['a path that is none', { path: 'a' }, 'must begin with /'],
  ['a second past the longest time', { path: '/', expires_in: 604_801 }, 'expires_in'],
])('refuses to sign a URL with %s', async (_, body, message) => {
  const response = await useApi().call('POST', '/functions/hello/signed-urls', body);
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toContain(message);
});
