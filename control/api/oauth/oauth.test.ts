import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { loginTokens, type TestApi, TOKEN, useApi } from '../../../test/support/use-api.ts';
import { OWNER } from '../../model/access.ts';
import { AppError } from '../../model/errors.ts';

const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const question = {
  response_type: 'code',
  client_id: '54d11594-84e4-41aa-b438-e81b8fa78ee7',
  redirect_uri: 'http://localhost:8976/oauth/callback',
  state: 'a-state-of-wrangler',
  code_challenge: challenge,
  code_challenge_method: 'S256',
};

const open = ({ app }: TestApi, changes: object = {}): Promise<Response> =>
  Promise.resolve(app.request(`/oauth2/auth?${new URLSearchParams({ ...question, ...changes })}`));

const post = (
  { app }: TestApi,
  path: string,
  fields: object,
  headers: Record<string, string> = {},
): Promise<Response> =>
  Promise.resolve(
    app.request(path, {
      ...{ method: 'POST', body: new URLSearchParams({ ...fields }).toString() },
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    }),
  );

describe('the page', () => {
  test('asks for a token without one, runs nothing and sends its form to itself alone', async () => {
    const response = await open(useApi(), { state: 'a"><script>alert(1)</script>' });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('type="password"');
    expect(text).not.toContain('<script>');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://localhost:8976;");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  test.each([
    ['redirect_uri', 'https://evil.example/oauth/callback'],
    ['redirect_uri', 'http://localhost:8976@evil.example/oauth/callback'],
    ['redirect_uri', 'http://localhost.evil.example:8976/oauth/callback'],
    ['redirect_uri', 'http://localhost:8976/oauth/callback/../x'],
    ['redirect_uri', 'javascript:alert(1)'],
    ['response_type', 'token'],
    ['state', 'short'],
    ['code_challenge', 'plain'],
    ['code_challenge_method', 'plain'],
    ['client_id', ''],
  ])('is no login with %s "%s", and redirects nowhere', async (name, value) => {
    const api = useApi();
    for (const response of [
      await open(api, { [name]: value }),
      await post(api, '/oauth2/auth', { ...question, [name]: value, token: TOKEN }),
    ]) {
      expect(response.status).toBe(400);
      expect(response.headers.get('location')).toBeNull();
      expect(await response.text()).toContain(name);
    }
    expect(api.platform.startLogin).not.toHaveBeenCalled();
  });

  test('hands a code for the right token to the command line, with its state', async () => {
    const api = useApi();
    const response = await post(api, '/oauth2/auth', { ...question, token: TOKEN });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(
      'http://localhost:8976/oauth/callback?code=the-code&state=a-state-of-wrangler',
    );
    expect(api.platform.startLogin).toHaveBeenCalledWith(OWNER, {
      ...{ clientId: question.client_id, redirectUri: question.redirect_uri, challenge },
    });
  });

  test.each(['', 'wrong', `${TOKEN}x`])('asks again after the token "%s"', async (token) => {
    const api = useApi();
    const response = await post(api, '/oauth2/auth', { ...question, token });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('That token opens nothing here');
    expect(api.platform.startLogin).not.toHaveBeenCalled();
  });

  test('takes no form of another site', async () => {
    const response = await post(
      useApi(),
      '/oauth2/auth',
      { ...question, token: TOKEN },
      { origin: 'https://evil.example' },
    );
    expect(response.status).toBe(403);
  });
});

describe('tokens', () => {
  const code = {
    ...{ grant_type: 'authorization_code', code: 'the-code', redirect_uri: question.redirect_uri },
    ...{ client_id: question.client_id, code_verifier: verifier },
  };
  const expected = {
    access_token: loginTokens.accessToken,
    token_type: 'bearer',
    expires_in: 3600,
    refresh_token: loginTokens.refreshToken,
  };

  test('are given for a code and for a refresh token', async () => {
    const api = useApi();
    expect(await (await post(api, '/oauth2/token', code)).json()).toMatchObject(expected);
    const refresh = { grant_type: 'refresh_token', refresh_token: 'slr_x', client_id: question.client_id };
    expect(await (await post(api, '/oauth2/token', refresh)).json()).toMatchObject(expected);
    expect(api.platform.refreshLogin).toHaveBeenCalledWith(expect.anything(), 'slr_x', question.client_id);
  });

  test('are refused as invalid_grant, which has wrangler log in again', async () => {
    const api = useApi();
    api.platform.finishLogin.mockRejectedValue(new AppError('FN_009', 'used'));
    const response = await post(api, '/oauth2/token', code);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'invalid_grant', error_description: 'used' });
  });

  test.each([
    { grant_type: 'password' },
    { ...code, code_verifier: 'short' },
    {},
    { ...code, redirect_uri: 'http://evil.example/' },
  ])('are refused for %j', async (fields) => {
    const response = await post(useApi(), '/oauth2/token', fields);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });

  test('can be given back, and nobody is told whether they were any', async () => {
    const api = useApi();
    expect(
      (await post(api, '/oauth2/revoke', { token: 'slr_x', token_type_hint: 'refresh_token' })).status,
    ).toBe(200);
    expect(api.platform.endLogin).toHaveBeenCalledWith(expect.anything(), 'slr_x');
  });
});
