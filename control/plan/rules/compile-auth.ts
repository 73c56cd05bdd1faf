// From the rule about who is let in to what the router reads.

import type {
  AuthEntry,
  AuthMethod,
  ClaimTest,
  NamesNeed,
  TokenPlace,
} from '../../../edge/contract/rules/auth.ts';
import {
  type AuthMethodRule,
  type AuthRule,
  type ClaimTestInput,
  methodsOfAuth,
} from '../../model/rules/auth.ts';
import { compileJwt } from './compile-jwt.ts';

export function compileAuth(rule: AuthRule): AuthEntry {
  const { required, forward, roles, scopes, claims } = rule;
  return {
    ...{ required, forward },
    methods: methodsOfAuth(rule).map(compileMethod),
    roles: roles === undefined ? null : need(roles, 'any'),
    scopes: scopes === undefined ? null : need(scopes, 'all'),
    claims: claims === undefined ? null : claimsNeed(claims),
  };
}

function compileMethod(method: AuthMethodRule): AuthMethod {
  switch (method.type) {
    case 'api_key':
      return { type: 'api_key', places: keyPlaces(method) };
    case 'jwt':
      return compileJwt(method);
    case 'basic':
      return {
        ...{ type: 'basic', realm: method.realm },
        users: method.users.map((user) => ({
          name: user.name,
          password:
            'password' in user ? { sealed: user.password } : { sha256: user.password_sha256.toLowerCase() },
          roles: user.roles ?? [],
        })),
      };
    case 'signed_url':
      return { type: 'signed_url' };
    case 'mtls': {
      const { header, format, verified = null, subjects = null, fingerprints, sans = null } = method;
      const plain = fingerprints?.map((one) => one.replaceAll(':', '').toLowerCase()) ?? null;
      return { type: 'mtls', header, format, verified, subjects, fingerprints: plain, sans };
    }
  }
}

function keyPlaces({ header, query }: Extract<AuthMethodRule, { type: 'api_key' }>): TokenPlace[] {
  const bearer: TokenPlace = { in: 'header', name: 'authorization', bearer: true };
  const headers: TokenPlace[] =
    header === undefined
      ? [{ in: 'header', name: 'x-api-key', bearer: false }, bearer]
      : [header === 'authorization' ? bearer : { in: 'header', name: header, bearer: false }];
  return query === undefined ? headers : [...headers, { in: 'query', name: query }];
}

type NeedRule = NonNullable<AuthRule['roles']>;

function need(rule: NeedRule, ofList: 'any' | 'all'): NamesNeed {
  if ('any' in rule) return { of: 'any', names: rule.any };
  return 'all' in rule ? { of: 'all', names: rule.all } : { of: ofList, names: rule };
}

function claimsNeed(rule: NonNullable<AuthRule['claims']>): AuthEntry['claims'] {
  if ('any' in rule) return { of: 'any', tests: rule.any.map(claimTest) };
  return { of: 'all', tests: ('all' in rule ? rule.all : rule).map(claimTest) };
}

function claimTest(test: ClaimTestInput): ClaimTest {
  const { claim } = test;
  if ('equals' in test) return { claim, equals: test.equals };
  return 'one_of' in test ? { claim, oneOf: test.one_of } : { claim, contains: test.contains };
}
