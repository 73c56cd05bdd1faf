import { expect, test } from 'vitest';
import type { ClaimTest } from '../contract/rules/auth.ts';
import { claimAt, lackOf, namesIn } from './judge-identity.ts';
import { jwtIdentity, subjectLengthMax } from './jwt/jwt-identity.ts';

const claims = {
  plan: 'pro',
  verified: true,
  age: 7,
  groups: ['a', 'b'],
  scope: 'read write',
  realm_access: { roles: ['admin'] },
  'https://example.test/roles': ['owner'],
};
const nothing = { roles: null, scopes: null, claims: null };
const who = { roles: ['editor', 'admin'], scopes: ['read'], claims };

test.each([
  [['admin'], 'any', undefined],
  [['other', 'admin'], 'any', undefined],
  [['editor', 'admin'], 'all', undefined],
  [['editor', 'other'], 'all', 'it asks for the roles editor, other'],
  [['Admin'], 'any', 'it asks for the role Admin'],
  [['x', 'y'], 'any', 'it asks for one of the roles x, y'],
] as const)('roles %o, of which %s', (names, of, lack) => {
  expect(lackOf(who, { ...nothing, roles: { of, names } })).toBe(lack);
});

test('scopes are asked for beside roles', () => {
  const roles = { of: 'any', names: ['admin'] } as const;
  expect(lackOf(who, { ...nothing, roles, scopes: { of: 'all', names: ['read'] } })).toBeUndefined();
  expect(lackOf(who, { ...nothing, roles, scopes: { of: 'all', names: ['read', 'write'] } })).toBe(
    'it asks for the scopes read, write',
  );
});

test.each<[ClaimTest, boolean]>([
  [{ claim: 'plan', equals: 'pro' }, true],
  [{ claim: 'plan', equals: 'PRO' }, false],
  [{ claim: 'verified', equals: true }, true],
  [{ claim: 'verified', equals: 'true' }, false],
  [{ claim: 'age', equals: 7 }, true],
  [{ claim: 'age', equals: '7' }, false],
  [{ claim: 'missing', equals: 'undefined' }, false],
  [{ claim: 'plan', oneOf: ['team', 'pro'] }, true],
  [{ claim: 'plan', oneOf: ['team'] }, false],
  [{ claim: 'missing', oneOf: ['team'] }, false],
  [{ claim: 'groups', contains: 'b' }, true],
  [{ claim: 'groups', contains: 'c' }, false],
  [{ claim: 'scope', contains: 'write' }, true],
  [{ claim: 'scope', contains: 'writ' }, false],
  [{ claim: 'realm_access.roles', contains: 'admin' }, true],
  [{ claim: ['https://example.test/roles'], contains: 'owner' }, true],
  [{ claim: 'https://example.test/roles', contains: 'owner' }, true],
  [{ claim: '__proto__', equals: 'x' }, false],
  [{ claim: ['constructor', 'name'], equals: 'Object' }, false],
])('claim test %o: %s', (one, passes) => {
  expect(lackOf(who, { ...nothing, claims: { of: 'all', tests: [one] } }) === undefined).toBe(passes);
});

test('of several claims all or any must fit', () => {
  const tests: ClaimTest[] = [
    { claim: 'plan', equals: 'pro' },
    { claim: 'age', equals: 8 },
  ];
  expect(lackOf(who, { ...nothing, claims: { of: 'any', tests } })).toBeUndefined();
  expect(lackOf(who, { ...nothing, claims: { of: 'all', tests } })).toBe(
    'it asks for plan = "pro" and age = 8',
  );
});

test('what a claim lists is read from a list of texts and from words', () => {
  expect([namesIn('a  b'), namesIn(['a', 1, 'b']), namesIn(7), namesIn(undefined)]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
    [],
    [],
  ]);
  expect(claimAt({ a: { b: 1 } }, 'a.b')).toBe(1);
});

const paths = { subjectClaim: 'sub', rolesClaim: 'realm_access.roles', scopesClaim: 'scope' } as const;

test('a token says who somebody is, with roles and scopes where the rule says that they are', () => {
  expect(jwtIdentity({ ...claims, sub: 'ada' }, paths)).toMatchObject({
    ...{ kind: 'jwt', subject: 'ada' },
    ...{ roles: ['admin'], scopes: ['read', 'write'] },
  });
  expect(jwtIdentity({ sub: 7 as never }, paths)).toMatchObject({ subject: '7' });
});

test.each([undefined, '', null, true, ['ada'], { name: 'ada' }])(
  'a token of nobody (%o) is refused',
  (sub) => {
    expect(jwtIdentity({ sub: sub as never }, paths)).toBe('the token names nobody in its claim "sub"');
  },
);

test('a subject one past its length is refused', () => {
  expect(jwtIdentity({ sub: 'x'.repeat(subjectLengthMax) }, paths)).toHaveProperty('subject');
  expect(jwtIdentity({ sub: 'x'.repeat(subjectLengthMax + 1) }, paths)).toMatch(/at most 256 are taken/);
});
