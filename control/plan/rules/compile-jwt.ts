// From the rule about JWTs to what the router reads.

import type { JwtKeys, JwtMethod, TokenPlace } from '../../../edge/contract/rules/auth.ts';
import { jwksMaxAgeSeconds, jwksStaleSeconds } from '../../model/limits.ts';
import { type JwtRule, KEY_ALGORITHMS } from '../../model/rules/auth-jwt.ts';

export function compileJwt(rule: JwtRule): JwtMethod {
  const bySecret = rule.secret !== undefined;
  return {
    type: 'jwt',
    keys: keysOf(rule),
    // Never both kinds: a public key taken for a secret is one that everybody has.
    algorithms: rule.algorithms ?? (bySecret ? ['HS256'] : [...KEY_ALGORITHMS]),
    issuers: listOf(rule.issuer),
    audiences: listOf(rule.audience),
    clockSkewSeconds: rule.clock_skew,
    requiredClaims: rule.required_claims,
    maxAgeSeconds: rule.max_age ?? null,
    subjectClaim: rule.subject_claim,
    rolesClaim: rule.roles_claim,
    scopesClaim: rule.scopes_claim,
    places: placesOf(rule),
  };
}

function keysOf(rule: JwtRule): JwtKeys {
  if (rule.secret !== undefined) return { kind: 'secrets', secrets: listOf(rule.secret) };
  if (typeof rule.public_key === 'string') return { kind: 'pem', pem: rule.public_key };
  if (rule.public_key !== undefined) return { kind: 'jwks', keys: [rule.public_key] };
  if (rule.jwks !== undefined) return { kind: 'jwks', keys: rule.jwks.keys };
  return {
    kind: 'url',
    url: rule.jwks_url ?? '',
    maxAgeMs: (rule.jwks_max_age ?? jwksMaxAgeSeconds.default) * 1000,
    staleMs: (rule.jwks_stale ?? jwksStaleSeconds.default) * 1000,
  };
}

function placesOf({ header, cookie, query }: JwtRule): TokenPlace[] {
  const places: TokenPlace[] = [];
  if (header !== undefined) places.push({ in: 'header', name: header, bearer: header === 'authorization' });
  if (cookie !== undefined) places.push({ in: 'cookie', name: cookie });
  if (query !== undefined) places.push({ in: 'query', name: query });
  return places.length > 0 ? places : [{ in: 'header', name: 'authorization', bearer: true }];
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] => {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
};
