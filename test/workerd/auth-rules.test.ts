// Goal: rules about who is let in hold in the workerd that runs the router.
// Method: rules as the API takes them, compiled and sealed as control does it; the instance echoes what it is sent.

import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { rulesSchema } from '../../control/model/rules.ts';
import { compileRules } from '../../control/plan/compile-rules.ts';
import { sealRules } from '../../control/plan/rules/seal-rules.ts';
import type { FunctionEntry, RoutingTable } from '../../edge/contract/routing-table.ts';
import { signedText } from '../../edge/contract/signed-url.ts';
import { anEntry, aTable, errorOf, ruleKeys, useFront } from '../support/use-front.ts';

const SECRETS: Readonly<Record<string, string>> = {
  KEY: 'a secret of thirty-two bytes or so',
  PASSWORD: 'correct horse',
  HOOK: 'a webhook secret',
};
const secret = new TextEncoder().encode(SECRETS.KEY);
const KEY_REFERENCE = `\${secrets.KEY}`;

/** As control has it in the table. */
function ruled(rules: unknown, changes: Partial<FunctionEntry> = {}): FunctionEntry {
  const context = { project: 'default', functionId: 'fn_hello', environment: 'prod' };
  const sealed = sealRules(
    { rules: rulesSchema.parse(rules), routes: [] },
    (name) => SECRETS[name],
    (text) => ruleKeys.seal('fn_hello', text),
  );
  const compiled = compileRules(sealed.rules, context);
  return anEntry({ ...(compiled && { rules: compiled }), ...changes });
}

const echo: RequestListener = (request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const text = JSON.stringify({ url: request.url, headers: request.headers, body });
    response.writeHead(200, { 'content-length': Buffer.byteLength(text) }).end(text);
  });
};

interface Seen {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
const seenIn = ({ body }: { readonly body: string }): Seen => JSON.parse(body) as Seen;

async function useRuled(
  rules: unknown,
  changes: Partial<FunctionEntry> = {},
  table: Partial<RoutingTable> = {},
) {
  const front = await useFront(aTable([ruled(rules, changes)], table));
  await front.slot(0, echo);
  return front;
}

const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;
const sign = (payload: JWTPayload): Promise<string> =>
  new SignJWT({ exp: inAnHour(), ...payload }).setProtectedHeader({ alg: 'HS256' }).sign(secret);
const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
});
const jwt = { type: 'jwt', secret: KEY_REFERENCE };

test('a token lets in, and the function is told who it is and never what a stranger says', async () => {
  const front = await useRuled({ auth: { method: jwt } });
  const ada = await sign({ sub: 'ada', roles: ['admin', 'editor'] });
  for (let i = 0; i < 2; i += 1) {
    const reply = await front.ask({
      headers: { authorization: `Bearer ${ada}`, 'x-selvedge-user': 'root', 'x-selvedge-claims': '{}' },
    });
    expect(reply.status).toBe(200);
    expect(seenIn(reply).headers).toMatchObject({
      'x-selvedge-user': 'ada',
      'x-selvedge-roles': 'admin,editor',
      // It is the visitor's own, and the function may need it to call others.
      authorization: `Bearer ${ada}`,
    });
    expect(JSON.parse(String(seenIn(reply).headers['x-selvedge-claims']))).toMatchObject({ sub: 'ada' });
  }
  const nothing = await front.ask();
  expect([nothing.status, nothing.headers['www-authenticate'], errorOf(nothing).code]).toEqual([
    401,
    'Bearer',
    'FN_009',
  ]);
  const wrong = await front.ask(bearer(`${ada.slice(0, -4)}AAAA`));
  expect([wrong.status, wrong.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
  expect(errorOf(wrong).message).toBe(
    'Function "hello" does not let you in: the signature of the token is not right.',
  );
});

test('a name that is not ASCII comes in base64url behind an equals sign', async () => {
  const front = await useRuled({ auth: { method: jwt } });
  const seen = seenIn(await front.ask(bearer(await sign({ sub: 'Žofie' }))));
  const text = String(seen.headers['x-selvedge-user']);
  expect(text[0]).toBe('=');
  expect(Buffer.from(text.slice(1), 'base64url').toString()).toBe('Žofie');
});

test('headers that tell who somebody is are taken from strangers where there are no rules too', async () => {
  const front = await useFront(aTable([anEntry()]));
  await front.slot(0, echo);
  const headers = { 'x-selvedge-user': 'root', 'x-selvedge-roles': 'admin', 'x-selvedge-claims': '{}' };
  const seen = seenIn(await front.ask({ headers }));
  for (const name of Object.keys(headers)) expect(seen.headers).not.toHaveProperty(name);
});

test('roles, scopes and claims refuse whom they do not let in with 403', async () => {
  const front = await useRuled({
    auth: {
      method: jwt,
      roles: ['admin'],
      scopes: ['read'],
      claims: [{ claim: 'verified', equals: true }],
      forward: false,
    },
  });
  const full = { sub: 'ada', roles: ['admin'], scope: 'read write', verified: true };
  const reply = await front.ask(bearer(await sign(full)));
  expect(reply.status).toBe(200);
  expect(seenIn(reply).headers).not.toHaveProperty('x-selvedge-user');
  for (const lacking of [{ roles: [] }, { scope: 'write' }, { verified: false }]) {
    const refused = await front.ask(bearer(await sign({ ...full, ...lacking })));
    expect([refused.status, errorOf(refused).code], JSON.stringify(lacking)).toEqual([403, 'FN_009']);
  }
});

test('what was decided of a token ends with the token, and with the key of the rule', async () => {
  const front = await useRuled({ auth: { method: { ...jwt, clock_skew: 0 } } });
  const soon = await new SignJWT({ sub: 'ada', exp: Math.floor(Date.now() / 1000) + 2 })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(secret);
  expect((await front.ask(bearer(soon))).status).toBe(200);
  const late = async (): Promise<number> => (await front.ask(bearer(soon))).status;
  await expect.poll(late, { timeout: 10_000 }).toBe(401);
  const ada = await sign({ sub: 'ada' });
  expect((await front.ask(bearer(ada))).status).toBe(200);
  const changed = sealRules(
    { rules: rulesSchema.parse({ auth: { method: jwt } }), routes: [] },
    () => 'another secret of thirty-two bytes',
    (text) => ruleKeys.seal('fn_hello', text),
  );
  const rules = compileRules(changed.rules, {
    project: 'default',
    functionId: 'fn_hello',
    environment: 'prod',
  });
  await front.put(aTable([anEntry({ ...(rules && { rules }) })], { generation: 2 }));
  expect((await front.ask(bearer(ada))).status).toBe(401);
});

test('a secret that is gone lets nobody in, whoever signs with the text that names it', async () => {
  const rules = compileRules(
    sealRules({ rules: rulesSchema.parse({ auth: { method: jwt } }), routes: [] }, () => undefined, String)
      .rules,
    { project: 'default', functionId: 'fn_hello', environment: 'prod' },
  );
  const front = await useFront(aTable([anEntry({ ...(rules && { rules }) })]));
  for (const key of [KEY_REFERENCE, 'slv-missing.KEY', 'KEY', 'x']) {
    const token = await new SignJWT({ sub: 'root', exp: inAnHour() })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(key));
    const reply = await front.ask(bearer(token));
    expect([reply.status, errorOf(reply).code], key).toEqual([500, 'SYS_001']);
    expect(errorOf(reply).message).toMatch(/names the secret KEY, which is not set/);
  }
});

test('a public function with a rule wants what the rule asks for, or an owner', async () => {
  const front = await useRuled({ auth: { method: jwt } }, { public: true });
  expect((await front.ask()).status).toBe(401);
  const owner = await front.ask(bearer('token'));
  expect(owner.status).toBe(200);
  expect(seenIn(owner).headers).not.toHaveProperty('authorization');
});

test('an invoker opens a function that is not public, and a public one with a rule he does not', async () => {
  const invoker = createHash('sha256').update('invoker').digest('hex');
  const credentials = { [invoker]: { role: 'invoker', projects: null, expiresAt: null } } as const;
  const rules = { auth: { method: jwt } };
  const closed = await useRuled(rules, { public: false }, { credentials });
  expect((await closed.ask(bearer('invoker'))).status).toBe(200);
  expect((await closed.ask(bearer(await sign({ sub: 'ada' })))).status).toBe(200);
  expect((await closed.ask()).status).toBe(401);
  const open = await useRuled(rules, { public: true }, { credentials });
  expect((await open.ask(bearer('invoker'))).status).toBe(401);
});

test('where it is not required, who shows nothing is let in without a name, and who shows what is not good is not', async () => {
  const front = await useRuled({ auth: { method: jwt, required: false } });
  const stranger = await front.ask({ headers: { 'x-selvedge-user': 'root' } });
  expect(stranger.status).toBe(200);
  expect(seenIn(stranger).headers).not.toHaveProperty('x-selvedge-user');
  expect(seenIn(await front.ask(bearer(await sign({ sub: 'ada' })))).headers['x-selvedge-user']).toBe('ada');
  expect((await front.ask(bearer('a.b.c'))).status).toBe(401);
  const closed = await useRuled({ auth: { method: jwt, required: false } }, { public: false });
  expect((await closed.ask()).status).toBe(401);
});

test('a token may come in a cookie or the query, and of two in the query none counts', async () => {
  const front = await useRuled({ auth: { method: { ...jwt, cookie: 'session', query: 'token' } } });
  const ada = await sign({ sub: 'ada' });
  expect((await front.ask({ headers: { cookie: `a=1; session=${ada}` } })).status).toBe(200);
  expect((await front.ask({ path: `/?token=${ada}` })).status).toBe(200);
  expect((await front.ask({ path: `/?token=${ada}&token=${ada}` })).status).toBe(401);
  expect((await front.ask(bearer(ada))).status).toBe(401);
});

const svk = (letter: string): string => `svk_${letter.repeat(40)}`;
const digest = (token: string): string => createHash('sha256').update(token).digest('hex');
const aKey = { id: 'ak_1', project: 'default', function: null, scopes: ['read'], expiresAt: null };

test('a key of visitors opens what it is for, is not shown to the function, and is told to control', async () => {
  const keys = {
    [digest(svk('a'))]: aKey,
    [digest(svk('b'))]: { ...aKey, id: 'ak_2', function: 'fn_hello' },
    [digest(svk('c'))]: { ...aKey, id: 'ak_3', function: 'fn_other' },
    [digest(svk('d'))]: { ...aKey, id: 'ak_4', project: 'shop' },
    [digest(svk('e'))]: { ...aKey, id: 'ak_5', expiresAt: Date.now() - 1 },
  };
  const front = await useRuled(
    { auth: { method: { type: 'api_key', query: 'key' }, scopes: ['read'] } },
    {},
    { apiKeys: keys },
  );
  const byHeader = await front.ask({ headers: { 'x-api-key': svk('a'), authorization: 'Bearer theirs' } });
  expect(byHeader.status).toBe(200);
  expect(seenIn(byHeader).headers).toMatchObject({
    'x-selvedge-user': 'ak_1',
    authorization: 'Bearer theirs',
  });
  expect(seenIn(byHeader).headers).not.toHaveProperty('x-api-key');
  const byBearer = await front.ask(bearer(svk('b')));
  expect([byBearer.status, seenIn(byBearer).headers.authorization]).toEqual([200, undefined]);
  const byQuery = await front.ask({ path: `/a?x=1&key=${svk('a')}&y=%20` });
  expect([byQuery.status, seenIn(byQuery).url]).toEqual([200, '/a?x=1&y=%20']);
  for (const letter of ['c', 'd', 'e', 'f']) {
    const refused = await front.ask({ headers: { 'x-api-key': svk(letter) } });
    expect([refused.status, refused.headers['x-selvedge-error']], letter).toEqual([401, 'FN_009']);
  }
  const { credentialsUsed } = await front.status();
  expect([...credentialsUsed].sort()).toEqual([digest(svk('a')), digest(svk('b'))].sort());
  await front.patch({
    ...{ version: aTable([]).version, base: 1, generation: 2, functions: {}, removed: [] },
    apiKeys: { set: { [digest(svk('f'))]: { ...aKey, id: 'ak_6' } }, removed: [digest(svk('a'))] },
  });
  expect((await front.ask({ headers: { 'x-api-key': svk('a') } })).status).toBe(401);
  expect((await front.ask({ headers: { 'x-api-key': svk('f') } })).status).toBe(200);
});

test('a key without the scope that is asked for gets 403', async () => {
  const front = await useRuled(
    { auth: { method: { type: 'api_key' }, scopes: ['write'] } },
    {},
    { apiKeys: { [digest(svk('a'))]: aKey } },
  );
  const refused = await front.ask({ headers: { 'x-api-key': svk('a') } });
  expect([refused.status, errorOf(refused).message]).toEqual([
    403,
    'Function "hello" does not let you in: it asks for the scope write.',
  ]);
});

test('name and password let in, and the function sees neither', async () => {
  const hash = createHash('sha256').update('tr0ub4dor').digest('hex');
  const front = await useRuled({
    auth: {
      method: {
        ...{ type: 'basic', realm: 'the "shop"' },
        users: [
          { name: 'ada', password: `\${secrets.PASSWORD}`, roles: ['admin'] },
          { name: 'bob', password_sha256: hash.toUpperCase() },
        ],
      },
    },
  });
  const basic = (text: string): { headers: Record<string, string> } => ({
    headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
  });
  const ada = await front.ask(basic('ada:correct horse'));
  expect([
    ada.status,
    seenIn(ada).headers['x-selvedge-user'],
    seenIn(ada).headers['x-selvedge-roles'],
  ]).toEqual([200, 'ada', 'admin']);
  expect(seenIn(ada).headers).not.toHaveProperty('authorization');
  expect((await front.ask(basic('bob:tr0ub4dor'))).status).toBe(200);
  for (const text of [
    'ada:tr0ub4dor',
    'bob:correct horse',
    'ada:',
    ':correct horse',
    'ada',
    'eve:x',
    '',
    `ada:${'x'.repeat(2000)}`,
  ]) {
    const refused = await front.ask(basic(text));
    expect([refused.status, refused.headers['www-authenticate']], text).toEqual([
      401,
      'Basic realm="the \\"shop\\"", charset="UTF-8"',
    ]);
  }
});

test('a signed URL is good for just itself until it ends, and the function sees it without the signature', async () => {
  const front = await useRuled({ auth: { method: { type: 'signed_url' } } });
  const sealed = (
    method: string,
    path: string,
    query: string,
    expires: number,
    host = 'hello.localhost',
  ): string => {
    const parts = { functionId: 'fn_hello', method, host, path, query, expires: String(expires) };
    const signature = createHmac('sha256', ruleKeys.urls).update(signedText(parts)).digest('base64url');
    const more = `selvedge-expires=${expires}&selvedge-signature=${signature}`;
    return `${path}${query === '' ? '?' : `${query}&`}${more}`;
  };
  const end = inAnHour();
  const right = sealed('GET', '/file', '?a=1&b=%2F', end);
  const reply = await front.ask({ path: right });
  expect([reply.status, seenIn(reply).url]).toEqual([200, '/file?a=1&b=%2F']);
  expect((await front.ask({ path: right, method: 'HEAD' })).status).toBe(200);
  const [, signature = ''] = right.split('&selvedge-expires');
  expect((await front.ask({ path: `/file?b=%2F&a=1&selvedge-expires${signature}` })).status).toBe(200);
  const user = seenIn(reply).headers['x-selvedge-user'];
  expect(user).toBe(new URLSearchParams(right.split('?')[1]).get('selvedge-signature'));
  // The last character of 43 has two bits that say nothing; padding and the other alphabet say nothing either.
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(right.at(-1) ?? '');
  const sibling = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last + 1] ?? '';
  const [head, text = ''] = right.split('selvedge-signature=');
  for (const spelled of [
    `${text}%3D`,
    text.replaceAll('-', '%2B').replaceAll('_', '/'),
    `%20${text}`,
    text.slice(0, -1) + sibling,
  ]) {
    const same = await front.ask({ path: `${head}selvedge-signature=${spelled}` });
    expect([same.status, seenIn(same).headers['x-selvedge-user']], spelled).toEqual([200, user]);
  }
  const refused: Record<string, Parameters<typeof front.ask>[0]> = {
    'another path': { path: right.replace('/file', '/file2') },
    'another case': { path: right.replace('/file', '/File') },
    'an encoded path': { path: right.replace('/file', '/%66ile') },
    'a slash more': { path: right.replace('/file', '//file') },
    'a parameter more': { path: `${right}&c=1` },
    'a parameter less': { path: right.replace('a=1&', '') },
    'a parameter twice': { path: right.replace('a=1', 'a=1&a=1') },
    'another value': { path: right.replace('a=1', 'a=2') },
    'another method': { path: right, method: 'POST' },
    'a later end': { path: right.replace(String(end), String(end + 1)) },
    'two ends': { path: `${right}&selvedge-expires=${end}` },
    'two signatures': { path: `${right}&selvedge-signature=AAAA` },
    'no signature': { path: '/file?a=1&b=%2F' },
    'an empty one': { path: `/file?a=1&b=%2F&selvedge-expires=${end}&selvedge-signature=` },
    'one that is over': { path: sealed('GET', '/file', '', Math.floor(Date.now() / 1000) - 1) },
    'one of another host': { path: sealed('GET', '/file', '', end, 'other.localhost') },
  };
  for (const [what, ask] of Object.entries(refused)) expect((await front.ask(ask)).status, what).toBe(401);
});

test('what a stranger says of a client certificate is refused, and no function sees it', async () => {
  const mtls = { type: 'mtls', subjects: ['CN=ada'] };
  const front = await useRuled({ auth: { any_of: [mtls, jwt] } });
  const headers = { 'x-forwarded-client-cert': 'Subject="CN=ada"' };
  const refused = await front.ask({ headers });
  expect([refused.status, errorOf(refused).message]).toEqual([
    401,
    'Function "hello" does not let you in: the header x-forwarded-client-cert is not of a proxy that is trusted here.',
  ]);
  const ada = await front.ask({
    headers: { ...headers, authorization: `Bearer ${await sign({ sub: 'ada' })}` },
  });
  expect(ada.status).toBe(200);
  expect(seenIn(ada).headers).not.toHaveProperty('x-forwarded-client-cert');
});

test('what a trusted proxy says of a client certificate lets in, and only the certificate that is named', async () => {
  const mtls = { type: 'mtls', subjects: ['CN=ada'] };
  const front = await useRuled({ auth: { method: mtls } }, {}, { trustedProxies: ['127.0.0.1/32'] });
  const by = (subject: string) =>
    front.ask({ headers: { 'x-forwarded-client-cert': `Subject="${subject}"` } });
  const ada = await by('CN=ada');
  expect([ada.status, seenIn(ada).headers['x-selvedge-user']]).toEqual([200, 'CN=ada']);
  expect([(await by('CN=eve')).status, (await front.ask()).status]).toEqual([401, 401]);
});

test('of several ways any will do, and a refusal tells of all', async () => {
  const front = await useRuled(
    {
      auth: {
        any_of: [
          jwt,
          { type: 'api_key' },
          { type: 'basic', users: [{ name: 'ada', password: `\${secrets.PASSWORD}` }] },
        ],
      },
    },
    {},
    { apiKeys: { [digest(svk('a'))]: aKey } },
  );
  expect((await front.ask(bearer(await sign({ sub: 'ada' })))).status).toBe(200);
  expect((await front.ask(bearer(svk('a')))).status).toBe(200);
  const refused = await front.ask();
  expect(refused.headers['www-authenticate']).toBe('Bearer, Basic realm="selvedge", charset="UTF-8"');
  // One that is not good beside one that is does no harm.
  const both = { authorization: `Bearer ${await sign({ sub: 'ada' })}`, 'x-api-key': svk('z') };
  expect((await front.ask({ headers: both })).status).toBe(200);
});

test('keys that the rule has itself check tokens: a list of keys, and PEM', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one' };
  const token = await new SignJWT({ sub: 'ada', exp: inAnHour() })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .sign(privateKey);
  const { exportSPKI } = await import('jose');
  for (const keys of [
    { jwks: { keys: [jwk] } },
    { public_key: jwk },
    { public_key: await exportSPKI(publicKey) },
  ]) {
    const front = await useRuled({ auth: { method: { type: 'jwt', ...keys } } });
    expect((await front.ask(bearer(token))).status).toBe(200);
    expect((await front.ask(bearer(await sign({ sub: 'ada' })))).status).toBe(401);
  }
});

test('a webhook is let in by its signature over the raw body, which the function gets as it came', async () => {
  const front = await useRuled(
    { webhook: { provider: 'github', secret: `\${secrets.HOOK}` } },
    { public: false, requestBytesMax: 200_000 },
  );
  const signed = (body: string): Record<string, string> => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', String(SECRETS.HOOK)).update(body).digest('hex')}`,
  });
  for (const body of ['{"a": "ü"}', '', 'x'.repeat(150_000)]) {
    const reply = await front.ask({ method: 'POST', headers: signed(body), body });
    expect([reply.status, seenIn(reply).body === body], `${body.length}`).toEqual([200, true]);
  }
  const pieces = await front.ask({ method: 'POST', headers: signed('ab'), body: ['a', 'b'] });
  expect([pieces.status, seenIn(pieces).body]).toEqual([200, 'ab']);
  const wrong = await front.ask({ method: 'POST', headers: signed('a'), body: 'b' });
  expect([wrong.status, errorOf(wrong).message]).toEqual([
    401,
    'Function "hello" takes webhooks of github only, and this is none that it can believe: its signature is not right.',
  ]);
  const long = 'x'.repeat(200_001);
  expect((await front.ask({ method: 'POST', headers: signed(long), body: long })).status).toBe(413);
  const unsaid = await front.ask({ method: 'POST', headers: signed(long), body: [long] });
  expect(unsaid.status).toBe(413);
  expect(
    (await front.ask({ method: 'POST', headers: { authorization: 'Bearer token' }, body: 'mine' })).status,
  ).toBe(200);
});

/** Sends the head and the first bytes, and never the rest. */
function halfSent(port: number, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, method: 'POST', headers: { host: 'hello.localhost', ...headers } });
    onTestFinished(() => {
      sent.destroy();
    });
    sent.on('error', reject);
    sent.on('response', ({ statusCode }: IncomingMessage) => resolve(statusCode));
    sent.write('half of it');
  });
}

test('a webhook whose headers cannot be right is refused without waiting for its body', async () => {
  const front = await useRuled({ webhook: { provider: 'stripe', secret: `\${secrets.HOOK}` } });
  // Each had its 10 seconds once.
  for (const signature of [undefined, 'v1=00', 't=1e9,v1=00', 't=1,v0=00'])
    expect(await halfSent(front.port, signature === undefined ? {} : { 'stripe-signature': signature })).toBe(
      401,
    );
  const short = await useRuled({
    size: { body: 5 },
    webhook: { provider: 'github', secret: `\${secrets.HOOK}` },
  });
  const form = { 'x-hub-signature-256': `sha256=${'00'.repeat(32)}` };
  expect((await short.ask({ method: 'POST', headers: form, body: ['123', '456'] })).status).toBe(413);
  expect((await short.ask({ method: 'POST', headers: form, body: ['123', '45'] })).status).toBe(401);
});

test('who watches a function sees nothing of its visitors that would let him in', async () => {
  const method = { type: 'api_key', header: 'x-partner', query: 'key' };
  const front = await useRuled(
    { auth: { any_of: [method, { ...jwt, query: 'token' }] } },
    { tailed: true },
    { apiKeys: { [digest(svk('a'))]: aKey } },
  );
  const token = await sign({ sub: 'ada' });
  const headers = { 'x-partner': svk('a'), 'x-other': token, 'x-mine': '1' };
  expect((await front.ask({ path: `/a?b=1&token=${token}`, headers })).status).toBe(200);
  const { records } = await front.status();
  expect(records[0]?.seen).toMatchObject({
    url: expect.stringMatching(/\/a\?b=1&token=REDACTED$/),
    headers: { 'x-partner': 'REDACTED', 'x-other': 'REDACTED', 'x-mine': '1' },
  });
  expect(JSON.stringify(records)).not.toMatch(/svk_|eyJ/);
});
