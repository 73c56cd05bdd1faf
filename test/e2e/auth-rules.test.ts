// Goal: rules about who is let in hold at every front of a platform, from when they are set until they are changed.
// Method: one platform, an issuer of the test that changes its keys, and requests on connections of their own, so that
// every front is asked.

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { afterAll, expect, test } from 'vitest';
import { runPage } from '../support/run-page.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

interface IssuerKey {
  readonly kid: string;
  readonly jwk: JWK;
  readonly privateKey: GenerateKeyPairResult['privateKey'];
}

async function newKey(kid: string): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

const first = await newKey('first');
let listed: readonly JWK[] = [first.jwk];
let asked = 0;
const issuer = createServer((_, response) => {
  asked += 1;
  response.end(JSON.stringify({ keys: listed }));
});
await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
const address = `127.0.0.1:${(issuer.address() as AddressInfo).port}`;
afterAll(() => {
  issuer.closeAllConnections();
  issuer.close();
});

const platform = useSharedSelvedge({ SELVEDGE_EGRESS_PRIVATE: address });
const echo = `export default { fetch: async (request) =>
  Response.json({ url: request.url, headers: Object.fromEntries(request.headers), body: await request.text() }) };`;
/** So many connections that no front is left out: which one takes a connection is the kernel's choice. */
const ASKS = 24;

type Init = Parameters<typeof platform.call>[2];

/** Each status that was seen, once. */
async function statuses(name: string, init: Init, path = '/'): Promise<number[]> {
  const replies = await Promise.all(Array.from({ length: ASKS }, () => platform.call(name, path, init)));
  return [...new Set(replies.map(({ status }) => status))].sort();
}

const bearer = (token: string): Init => ({ headers: { authorization: `Bearer ${token}` } });
const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;
const sign = (payload: JWTPayload, secret: string): Promise<string> =>
  new SignJWT({ exp: inAnHour(), ...payload })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
const signBy = ({ kid, privateKey }: IssuerKey, payload: JWTPayload = {}): Promise<string> =>
  new SignJWT({ sub: 'ada', exp: inAnHour(), iss: 'https://issuer.test', ...payload })
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign(privateKey);

const put = async (name: string, rules: object) =>
  platform.api<{ error?: { message: string } }>('PUT', `/functions/${name}`, { rules });
const setSecret = async (name: string, key: string, value: string): Promise<void> => {
  expect((await platform.api('POST', `/functions/${name}/env`, { key, value, secret: true })).status).toBe(
    200,
  );
};

test('a secret that a rule names opens what it signs at every front, and is in no file of the table', async () => {
  const rules = { auth: { method: { type: 'jwt', secret: `\${secrets.TOKEN_KEY}` } } };
  await platform.create('by-secret', echo);
  const refused = await put('by-secret', rules);
  expect([refused.status, refused.body.error?.message]).toEqual([
    400,
    expect.stringMatching(
      /^rules\.auth\.method\.secret names the secret TOKEN_KEY, which "by-secret" does not have/,
    ),
  ]);
  const [old, next] = ['the first secret, of more than 32 bytes', 'the second secret, of more than 32 bytes'];
  await setSecret('by-secret', 'TOKEN_KEY', old);
  expect((await put('by-secret', rules)).status).toBe(200);
  const [byOld, byNext] = [await sign({ sub: 'ada' }, old), await sign({ sub: 'ada' }, next)];
  expect(await statuses('by-secret', bearer(byOld))).toEqual([200]);
  expect(await statuses('by-secret', bearer(byNext))).toEqual([401]);
  await setSecret('by-secret', 'TOKEN_KEY', next);
  expect(await statuses('by-secret', bearer(byNext))).toEqual([200]);
  expect(await statuses('by-secret', bearer(byOld))).toEqual([401]);
  const lost = await platform.api<{ error: { message: string } }>(
    'DELETE',
    '/functions/by-secret/env/TOKEN_KEY',
  );
  expect([lost.status, lost.body.error.message]).toEqual([
    409,
    expect.stringMatching(/names the secret TOKEN_KEY: take it from the rules first/),
  ]);
  const snapshot = join(platform.dataDir, 'run/snapshot/routing-table.json');
  const text = await waitFor('the snapshot with a sealed secret', () => {
    const now = readFileSync(snapshot, 'utf8');
    return now.includes('slv-sealed.') ? now : undefined;
  });
  expect([text.includes(next), text.includes(old)]).toEqual([false, false]);
  expect(platform.output).not.toContain(next);
  // The next control has them again, and the fronts go on.
  await platform.end('SIGUSR2');
  expect(await statuses('by-secret', bearer(byNext))).toEqual([200]);
  await platform.start();
  expect(await statuses('by-secret', bearer(byNext))).toEqual([200]);
});

test('keys of an issuer that changes them: the new one opens soon, the old one no longer, and nothing forged ever', async () => {
  const method = {
    type: 'jwt',
    jwks_url: `http://${address}/jwks`,
    issuer: 'https://issuer.test',
    jwks_max_age: 10,
  };
  await platform.create('by-issuer', echo, { rules: { auth: { method } } });
  const byFirst = await signBy(first);
  expect(await statuses('by-issuer', bearer(byFirst))).toEqual([200]);
  // Each front asks for itself, and once.
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(platform.processes().filter(({ kind }) => kind === 'front').length);

  const second = await newKey('second');
  const bySecond = await signBy(second);
  const stranger = { ...(await newKey('first')), kid: 'first' };
  const publicText = JSON.stringify(first.jwk);
  const [, payload = '', signature = ''] = byFirst.split('.');
  const head = (header: object): string => Buffer.from(JSON.stringify(header)).toString('base64url');
  const hostile: Record<string, string> = {
    'alg none': new UnsecuredJWT({ sub: 'root', exp: inAnHour(), iss: 'https://issuer.test' }).encode(),
    'alg none with the signature': `${head({ alg: 'none' })}.${payload}.${signature}`,
    'the public key as a secret': await sign({ sub: 'root', iss: 'https://issuer.test' }, publicText),
    'another key under the same id': await signBy(stranger),
    'an unknown key': await signBy({ ...stranger, kid: 'made-up' }),
    'another issuer': await signBy(first, { iss: 'https://evil.test' }),
    'one that has ended': await signBy(first, { exp: 1 }),
    'one to come': await signBy(first, { nbf: inAnHour() }),
    'one of nobody': await signBy(first, { sub: '' }),
    'one that is huge': await signBy(first, { pad: 'x'.repeat(10_000) }),
    'half of one': byFirst.slice(0, byFirst.length / 2),
    'a platform token of nobody': `slv_${'0'.repeat(40)}`,
  };
  for (const [what, token] of Object.entries(hostile)) {
    const { status, headers } = await platform.call('by-issuer', '/', bearer(token));
    expect([status, headers['x-selvedge-error']], what).toEqual([401, 'FN_009']);
  }

  listed = [second.jwk];
  await waitFor(
    'the new key at every front',
    async () => (await statuses('by-issuer', bearer(bySecond))).join() === '200' || undefined,
  );
  expect(await statuses('by-issuer', bearer(byFirst))).toEqual([401]);
  const before = asked;
  for (let i = 0; i < 50; i += 1)
    await platform.call('by-issuer', '/', bearer(await signBy({ ...stranger, kid: `k${i}` })));
  expect(asked - before).toBeLessThanOrEqual(
    2 * platform.processes().filter(({ kind }) => kind === 'front').length,
  );
});

test('a key of a visitor is good when its answer comes, is told of when used, and is gone when revoked', async () => {
  interface Key {
    readonly id: string;
    readonly token: string;
    readonly last_used_at: string | null;
  }
  await platform.create('by-key', echo, {
    rules: { auth: { method: { type: 'api_key' }, scopes: ['read'] } },
  });
  const made = await platform.api<Key>('POST', '/api-keys', {
    name: 'partner',
    function: 'by-key',
    scopes: ['read'],
  });
  expect(made.status).toBe(201);
  const { id, token } = made.body;
  expect(await statuses('by-key', { headers: { 'x-api-key': token } })).toEqual([200]);
  const { text } = await platform.call('by-key', '/', { headers: { 'x-api-key': token } });
  expect(text).not.toContain(token);
  expect(JSON.parse(text).headers['x-selvedge-user']).toBe(id);
  const of = async (): Promise<Key | undefined> =>
    (await platform.api<{ api_keys: Key[] }>('GET', '/api-keys?function=by-key')).body.api_keys[0];
  await waitFor('the last use of the key', async () => (await of())?.last_used_at ?? undefined);
  const narrow = await platform.api<Key>('POST', '/api-keys', { name: 'narrow' });
  expect(await statuses('by-key', { headers: { 'x-api-key': narrow.body.token } })).toEqual([403]);
  expect((await platform.api('DELETE', `/api-keys/${id}`)).status).toBe(200);
  expect(await statuses('by-key', { headers: { 'x-api-key': token } })).toEqual([401]);
});

test('a signed URL and a webhook open a function that is not public', async () => {
  await platform.create('files', echo, {
    public: false,
    rules: { auth: { method: { type: 'signed_url' } } },
  });
  const signed = await platform.api<{ url: string }>('POST', '/functions/files/signed-urls', {
    ...{ path: '/a/ü', query: { size: '1 2' }, expires_in: 60 },
  });
  const { pathname, search } = new URL(signed.body.url);
  expect(await statuses('files', {}, pathname + search)).toEqual([200]);
  expect(JSON.parse((await platform.call('files', pathname + search)).text).url).toMatch(
    /\/a\/%C3%BC\?size=1\+2$/,
  );
  expect(await statuses('files', {}, `${pathname}x${search}`)).toEqual([401]);
  expect(await statuses('files', {})).toEqual([401]);
  await platform.create('hooked', echo, { public: false });
  await setSecret('hooked', 'HOOK', 'a webhook secret');
  expect((await put('hooked', { webhook: { provider: 'github', secret: `\${secrets.HOOK}` } })).status).toBe(
    200,
  );
  const body = '{"action": "opened"}';
  const signature = createHmac('sha256', 'a webhook secret').update(body).digest('hex');
  const headers = { 'x-hub-signature-256': `sha256=${signature}` };
  expect(await statuses('hooked', { method: 'POST', headers, body })).toEqual([200]);
  expect(await statuses('hooked', { method: 'POST', headers, body: `${body} ` })).toEqual([401]);
});

test('docs/auth-rules.md does what it says', async () => {
  const { compared } = await runPage('auth-rules.md', platform);
  expect(compared).toBe(5);
});
