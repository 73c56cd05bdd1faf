import { describe, expect, test } from 'vitest';
import { errorOf, TOKEN, useApi } from '../../test/support/use-api.ts';
import { OPEN_PATHS } from './auth.ts';

describe('with a token', () => {
  test('serves a request that has it, however the scheme is written', async () => {
    const { app } = useApi();
    for (const authorization of [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`]) {
      expect((await app.request('/functions', { headers: { authorization } })).status).toBe(200);
    }
  });

  test('asks for the token where it is missing, and says where it is', async () => {
    const { app, platform } = useApi();
    const response = await app.request('/functions');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="selvedge"');
    const { error } = await errorOf(response);
    expect(error.code).toBe('FN_009');
    expect(error.message).toContain('send the header "Authorization: Bearer <token>"');
    expect(error.message).toContain('the file .selvedge/token');
    expect(platform.listFunctions).not.toHaveBeenCalled();
  });

  test.each([
    ['a wrong token', `Bearer ${TOKEN.slice(0, -1)}X`, "The token is neither the owner's"],
    ['the beginning of the token', `Bearer ${TOKEN.slice(0, -1)}`, 'nor that of a key'],
    ['the token and more', `Bearer ${TOKEN} more`, 'nor that of a key'],
    ['no token', 'Bearer', 'nor that of a key'],
    ['another scheme', `Basic ${TOKEN}`, 'has the scheme "Basic": it must be "Bearer <token>"'],
  ])('refuses %s', async (_, authorization, message) => {
    const response = await useApi().app.request('/functions', { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(response.headers.has('www-authenticate')).toBe(true);
    expect((await errorOf(response)).error.message).toContain(message);
  });

  test('asks for it before it tells which paths there are', async () => {
    const { app } = useApi();
    expect((await app.request('/nowhere')).status).toBe(401);
    expect((await app.request('/functions', { method: 'PATCH' })).status).toBe(401);
    expect((await app.request('/health/more')).status).toBe(401);
  });

  test.each(OPEN_PATHS)('serves %s without it', async (path) => {
    expect((await useApi().app.request(path)).status).toBe(200);
  });
});

describe('without a token', () => {
  const none = { mode: 'none' } as const;

  test.each(['http://localhost:9000', 'http://127.0.0.1:9000', 'http://127.8.9.1', 'http://[::1]:9000'])(
    'serves %s',
    async (origin) => {
      const { app } = useApi(none);
      expect((await app.request(`${origin}/functions`)).status).toBe(200);
      expect((await app.request(`${origin}/functions`, { headers: { origin } })).status).toBe(200);
    },
  );

  test.each([
    'http://rebound.example:9000',
    'http://127.0.0.1.nip.example',
    'http://localhost.example',
    'http://192.168.1.2',
  ])('refuses the host of %s', async (origin) => {
    const response = await useApi(none).app.request(`${origin}/functions`);
    expect(response.status).toBe(403);
    const { error } = await errorOf(response);
    expect(error.code).toBe('FN_009');
    expect(error.message).toContain(`The Host is "${new URL(origin).host}"`);
  });

  test('refuses a Host header that differs from the address', async () => {
    const response = await useApi(none).app.request('http://127.0.0.1:9000/functions', {
      headers: { host: 'rebound.example' },
    });
    expect(response.status).toBe(403);
  });

  test.each(['https://site.example', 'http://localhost:3000', 'http://hello.localhost:8080', 'null'])(
    'refuses a page of %s',
    async (origin) => {
      const response = await useApi(none).app.request('http://localhost:9000/functions', {
        headers: { origin },
      });
      expect(response.status).toBe(403);
      expect((await errorOf(response)).error.message).toContain(`The Origin is "${origin}"`);
    },
  );
});
