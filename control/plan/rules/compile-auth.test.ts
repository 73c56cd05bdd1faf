import { expect, test } from 'vitest';
import { rulesSchema } from '../../model/rules.ts';
import { compileRules } from '../compile-rules.ts';

const compile = (rules: unknown) =>
  compileRules(rulesSchema.parse(rules), { project: 'default', environment: 'prod', functionId: 'fn_x' });
const key = `\${secrets.KEY}`;

test('a token by a secret is for HS256 alone, and comes in Authorization, unless the rule says otherwise', () => {
  expect(compile({ auth: { method: { type: 'jwt', secret: key } } })).toEqual({
    auth: {
      ...{ required: true, forward: true, roles: null, scopes: null, claims: null },
      methods: [
        {
          ...{
            type: 'jwt',
            keys: { kind: 'secrets', secrets: [key] },
            algorithms: ['HS256'],
            issuers: [],
            audiences: [],
          },
          ...{ clockSkewSeconds: 30, requiredClaims: ['exp'], maxAgeSeconds: null },
          ...{ subjectClaim: 'sub', rolesClaim: 'roles', scopesClaim: 'scope' },
          places: [{ in: 'header', name: 'authorization', bearer: true }],
        },
      ],
    },
  });
});

test('no algorithm of a secret is ever let pass with keys that everybody knows', () => {
  const jwk = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' };
  for (const keys of [{ public_key: jwk }, { jwks: { keys: [jwk] } }, { jwks_url: 'https://a.test/' }]) {
    const [method] = compile({ auth: { method: { type: 'jwt', ...keys } } })?.auth?.methods ?? [];
    expect(method?.type === 'jwt' && method.algorithms.some((name) => name.startsWith('HS'))).toBe(false);
  }
});

test('a list of roles asks for one of them, of scopes and claims for all', () => {
  const rule = {
    method: { type: 'jwt', secret: key },
    roles: ['a', 'b'],
    scopes: ['c'],
    claims: [{ claim: 'd', one_of: [1] }],
  };
  expect(compile({ auth: rule })?.auth).toMatchObject({
    roles: { of: 'any', names: ['a', 'b'] },
    scopes: { of: 'all', names: ['c'] },
    claims: { of: 'all', tests: [{ claim: 'd', oneOf: [1] }] },
  });
});

test('keys from a URL have their times in milliseconds', () => {
  const [method] =
    compile({ auth: { method: { type: 'jwt', jwks_url: 'https://a.test/', jwks_max_age: 60 } } })?.auth
      ?.methods ?? [];
  expect(method).toMatchObject({
    keys: { kind: 'url', url: 'https://a.test/', maxAgeMs: 60_000, staleMs: 3_600_000 },
  });
});

test('webhooks are compiled with what their provider signs', () => {
  expect(compile({ webhook: { provider: 'github', secret: key } })).toEqual({
    webhook: { provider: 'github', secrets: [key], toleranceSeconds: null, scheme: null },
  });
  expect(compile({ webhook: { provider: 'slack', secret: [key] } })?.webhook?.toleranceSeconds).toBe(300);
  expect(
    compile({ webhook: { provider: 'hmac', secret: key, header: 'x-s', algorithm: 'sha1' } })?.webhook,
  ).toEqual({
    ...{ provider: 'hmac', secrets: [key], toleranceSeconds: null },
    scheme: { header: 'x-s', algorithm: 'SHA-1', encoding: 'hex', prefix: '', timestampHeader: null },
  });
});
