// Who a token says that somebody is. Pure.

import type { JWTPayload } from 'jose';
import type { JwtMethod } from '../../contract/rules/auth.ts';
import type { Identity } from '../identity.ts';
import { claimAt, namesIn } from '../judge-identity.ts';

/** Of a subject; it becomes a header, and the key of limits and splits. */
export const subjectLengthMax = 256;

/** In words what is wrong, for a token that names nobody. */
export function jwtIdentity(
  claims: JWTPayload,
  { subjectClaim, rolesClaim, scopesClaim }: Pick<JwtMethod, 'subjectClaim' | 'rolesClaim' | 'scopesClaim'>,
): Identity | string {
  const found = claimAt(claims, subjectClaim);
  const subject = typeof found === 'number' ? String(found) : found;
  const name = typeof subjectClaim === 'string' ? subjectClaim : subjectClaim.join('.');
  if (typeof subject !== 'string' || subject === '') return `the token names nobody in its claim "${name}"`;
  if (subject.length > subjectLengthMax)
    return `the claim "${name}" of the token has ${subject.length} characters, and at most ${subjectLengthMax} are taken`;
  return {
    ...{ kind: 'jwt', subject, claims },
    roles: namesIn(claimAt(claims, rolesClaim)),
    scopes: namesIn(claimAt(claims, scopesClaim)),
  };
}
