import { describe, expect, test } from 'vitest';
import {
  authMethodsMax,
  basicUsersMax,
  jwksKeysMax,
  jwksMaxAgeSeconds,
  jwksStaleSeconds,
  jwtMaxAgeSecondsMax,
  pemLengthMax,
  ruleNamesMax,
} from '../limits.ts';
import { routeRulesSchema, rulesSchema } from '../rules.ts';

const key = `\${secrets.KEY}`;
const jwt = { type: 'jwt', secret: key };
const jwk = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' };
const auth = (rule: object): object => ({ auth: rule });
const method = (one: object): object => auth({ method: one });

/** Of the first issue. */
function fault(rules: unknown): string {
  const { error } = rulesSchema.safeParse(rules);
  const [issue] = error?.issues ?? [];
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'none';
}

test.each([
  method(jwt),
  method({ ...jwt, secret: [key, `\${secrets.OLD}`] }),
  method({
    type: 'jwt',
    jwks_url: 'https://issuer.test/jwks',
    jwks_max_age: 60,
    issuer: 'a',
    audience: ['b', 'c'],
  }),
  method({ type: 'jwt', jwks_url: 'http://127.0.0.1:8000/jwks' }),
  method({ type: 'jwt', jwks: { keys: [jwk] }, algorithms: ['ES256'] }),
  method({ type: 'api_key', header: 'x-token' }),
  method({ type: 'basic', users: [{ name: 'ada', password: key }] }),
  method({ type: 'signed_url' }),
  method({ type: 'mtls', fingerprints: [`${'AB:'.repeat(31)}AB`] }),
  auth({
    any_of: [jwt, { ...jwt, issuer: 'b' }, { type: 'api_key' }],
    roles: { all: ['a'] },
    claims: { any: [{ claim: ['a', 'b'], one_of: [1, true] }] },
  }),
  { webhook: { provider: 'stripe', secret: key } },
  { webhook: { provider: 'hmac', secret: [key], header: 'x-signature', timestamp_header: 'x-time' } },
])('takes %o, and what it makes of it again', (rules) => {
  const once = rulesSchema.parse(rules);
  expect(rulesSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
});

describe('refuses', () => {
  test.each([
    [
      'a secret that stands there as it is',
      method({ ...jwt, secret: 'hunter2' }),
      /auth\.method\.secret: must name a secret/,
    ],
    [
      'a password that stands there as it is',
      method({ type: 'basic', users: [{ name: 'a', password: 'b' }] }),
      /must name a secret/,
    ],
    ['a secret with more around it', method({ ...jwt, secret: `x${key}` }), /must name a secret/],
    ['a webhook with its secret in it', { webhook: { provider: 'github', secret: 'x' } }, /webhook\.secret/],
    ['no method', auth({}), /either `method` or `any_of`/],
    ['both', auth({ method: jwt, any_of: [jwt] }), /either `method` or `any_of`/],
    ['none in the list', auth({ any_of: [] }), /any_of/],
    ['another kind of method', method({ type: 'magic' }), /auth\.method/],
    ['an unknown field', method({ ...jwt, algorithm: 'none' }), /algorithm/],
    ['the algorithm none', method({ ...jwt, algorithms: ['none'] }), /algorithms/],
    ['no key', method({ type: 'jwt' }), /must say whose signature counts/],
    ['two keys', method({ ...jwt, jwks_url: 'https://a.test/' }), /must say whose signature counts, once/],
    ['a private key', method({ type: 'jwt', public_key: { ...jwk, d: 'AA' } }), /is a private key/],
    [
      'a secret among public keys',
      method({ type: 'jwt', jwks: { keys: [{ kty: 'oct', k: 'AA' }] } }),
      /must be a public key/,
    ],
    [
      'a private key in PEM',
      method({ type: 'jwt', public_key: '-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----' }),
      /must be a public key or a certificate/,
    ],
    [
      'keys over the open internet',
      method({ type: 'jwt', jwks_url: 'http://issuer.test/jwks' }),
      /must begin with https/,
    ],
    ['a file for keys', method({ type: 'jwt', jwks_url: 'file:///etc/passwd' }), /must begin with https/],
    [
      'a password in the URL',
      method({ type: 'jwt', jwks_url: 'https://a:b@issuer.test/' }),
      /neither name nor password/,
    ],
    [
      'a second past the longest age',
      method({ type: 'jwt', jwks_url: 'https://a.test/', jwks_max_age: jwksMaxAgeSeconds.max + 1 }),
      /jwks_max_age/,
    ],
    ['a second past the largest skew', method({ ...jwt, clock_skew: 301 }), /clock_skew/],
    [
      'one user too many',
      method({
        type: 'basic',
        users: Array.from({ length: basicUsersMax + 1 }, (_, i) => ({ name: `u${i}`, password: key })),
      }),
      /users/,
    ],
    [
      'a user twice',
      method({
        type: 'basic',
        users: [
          { name: 'a', password: key },
          { name: 'a', password: key },
        ],
      }),
      /names a user twice/,
    ],
    ['a colon in a name', method({ type: 'basic', users: [{ name: 'a:b', password: key }] }), /no colon/],
    [
      'a role too many',
      auth({ method: jwt, roles: Array.from({ length: ruleNamesMax + 1 }, (_, i) => `r${i}`) }),
      /roles/,
    ],
    ['a method too many', auth({ any_of: Array.from({ length: authMethodsMax + 1 }, () => jwt) }), /any_of/],
    [
      'a key of a character too many',
      method({ type: 'jwt', public_key: 'x'.repeat(pemLengthMax + 1) }),
      /public_key/,
    ],
    ['a second past the longest max_age', method({ ...jwt, max_age: jwtMaxAgeSecondsMax + 1 }), /max_age/],
    [
      'a second past the longest staleness',
      method({ type: 'jwt', jwks_url: 'https://a.test/', jwks_stale: jwksStaleSeconds.max + 1 }),
      /jwks_stale/,
    ],
    [
      'a key of a list too many',
      method({ type: 'jwt', jwks: { keys: Array.from({ length: jwksKeysMax + 1 }, () => jwk) } }),
      /keys/,
    ],
    ['certificates of anybody', method({ type: 'mtls' }), /must say which certificates/],
    [
      'a header of the platform',
      method({ type: 'api_key', header: 'x-selvedge-user' }),
      /is a name of the platform/,
    ],
    ['a header in capitals', method({ type: 'api_key', header: 'X-Key' }), /in lower case/],
    [
      'a tolerance of a second past the most',
      { webhook: { provider: 'slack', secret: key, tolerance: 3601 } },
      /tolerance/,
    ],
    [
      'a tolerance where there is no time',
      { webhook: { provider: 'github', secret: key, tolerance: 60 } },
      /tolerance/,
    ],
    ['a secret too many', { webhook: { provider: 'github', secret: [key, key, key, key] } }, /secret/],
  ])('%s', (_, rules, message) => {
    expect(fault(rules)).toMatch(message);
  });
});

describe('refuses what cannot hold together', () => {
  const basic = { type: 'basic', users: [{ name: 'ada', password: key }] };
  test.each([
    [
      'a secret for the algorithm of a public key',
      method({ ...jwt, algorithms: ['HS256', 'RS256'] }),
      'auth.method.algorithms: has RS256, which takes a public key',
    ],
    [
      'a list of keys for the algorithm of a secret',
      method({ type: 'jwt', jwks_url: 'https://a.test/', algorithms: ['HS256'] }),
      'auth.method.algorithms: has HS256, which takes a secret, and `jwks_url` is known to everybody',
    ],
    [
      'the age of keys that are not fetched',
      method({ ...jwt, jwks_max_age: 60 }),
      'auth.method.jwks_max_age: is about keys from `jwks_url`',
    ],
    [
      'scopes of users with passwords',
      auth({ method: basic, scopes: ['read'] }),
      'auth.scopes: asks for scopes, which nobody has who comes by basic',
    ],
    ['roles of keys', auth({ method: { type: 'api_key' }, roles: ['a'] }), 'auth.roles: asks for roles'],
    ['roles of users without any', auth({ method: basic, roles: ['a'] }), 'auth.roles: asks for roles'],
    [
      'claims of signed URLs',
      auth({ method: { type: 'signed_url' }, claims: [{ claim: 'a', equals: 1 }] }),
      'auth.claims: asks for claims',
    ],
    [
      'two of a kind that read the same header',
      auth({ any_of: [basic, jwt, basic] }),
      'auth.any_of.2: is a second basic',
    ],
    [
      'nobody asked and somebody refused',
      auth({ method: jwt, required: false, roles: ['a'] }),
      'auth.required: is false, which lets in whoever shows nothing, and `roles` refuses',
    ],
  ])('%s', (_, rules, message) => {
    expect(fault(rules)).toContain(message);
  });

  test('and takes what can', () => {
    const withRoles = { ...basic, users: [{ name: 'ada', password: key, roles: ['a'] }] };
    for (const rules of [
      auth({ any_of: [basic, jwt], scopes: ['read'] }),
      auth({ method: withRoles, roles: ['a'] }),
      auth({ method: { type: 'mtls', subjects: ['CN=a'] }, claims: [{ claim: 'subject', equals: 'CN=a' }] }),
    ])
      expect(fault(rules)).toBe('none');
  });

  test('in the rules of a route too, where null takes a section away', () => {
    expect(routeRulesSchema.safeParse({ auth: null, webhook: null }).success).toBe(true);
    expect(routeRulesSchema.safeParse(method({ ...jwt, algorithms: ['RS256'] })).success).toBe(false);
  });
});
