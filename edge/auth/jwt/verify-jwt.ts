// Checks one token: its signature first, by the algorithms of the rule alone, then when and for whom it is. jose does
// both; what it refuses is put into words for whoever sent the token.

import {
  type CryptoKey,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { JwtMethod } from '../../contract/rules/auth.ts';

/** Longer tokens are not looked at: a signature over them would cost more than they can be worth. */
export const jwtLengthMax = 8192;
/** Keys that are tried for one token without a key id that tells them apart. */
export const jwtKeysTriedMax = 5;

/** One text for one token: a decoder would let pass more. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Several are tried in turn: secrets of which one takes the place of another. */
export type JwtKey = Uint8Array | CryptoKey | JWTVerifyGetKey;

export type Verified =
  | { readonly claims: JWTPayload; readonly until: number }
  | { readonly why: string; readonly unknownKey?: true };

type Checks = Pick<
  JwtMethod,
  'algorithms' | 'issuers' | 'audiences' | 'clockSkewSeconds' | 'requiredClaims' | 'maxAgeSeconds'
>;

/** `now` in milliseconds since the epoch; so is `until`, the moment from which the verdict is void by itself. */
export async function verifyJwt(
  token: string,
  keys: readonly JwtKey[],
  checks: Checks,
  now: number,
): Promise<Verified> {
  if (token.length > jwtLengthMax)
    return { why: `the token has ${token.length} characters, and at most ${jwtLengthMax} are looked at` };
  if (!COMPACT.test(token)) return { why: 'the token is no signed JWT' };
  let last: unknown = new errors.JWSSignatureVerificationFailed();
  for (const key of keys) {
    try {
      const claims = await verifyBy(token, key, checks, now);
      return { claims, until: validUntil(claims, checks) };
    } catch (error) {
      last = error;
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  return refusal(last, checks);
}

async function verifyBy(token: string, key: JwtKey, checks: Checks, now: number): Promise<JWTPayload> {
  const options = optionsOf(checks, now);
  if (typeof key !== 'function') return (await jwtVerify(token, key, options)).payload;
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let tried = 0;
    for await (const one of error) {
      tried += 1;
      if (tried > jwtKeysTriedMax) break;
      try {
        return (await jwtVerify(token, one, options)).payload;
      } catch (inner) {
        if (!(inner instanceof errors.JWSSignatureVerificationFailed)) throw inner;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

const optionsOf = (checks: Checks, now: number): JWTVerifyOptions => ({
  algorithms: [...checks.algorithms],
  clockTolerance: checks.clockSkewSeconds,
  requiredClaims: [...checks.requiredClaims],
  currentDate: new Date(now),
  ...(checks.issuers.length > 0 && { issuer: [...checks.issuers] }),
  ...(checks.audiences.length > 0 && { audience: [...checks.audiences] }),
  ...(checks.maxAgeSeconds !== null && { maxTokenAge: checks.maxAgeSeconds }),
});

function validUntil({ exp, iat }: JWTPayload, { clockSkewSeconds, maxAgeSeconds }: Checks): number {
  const ends = [
    ...(exp === undefined ? [] : [exp]),
    ...(maxAgeSeconds === null || iat === undefined ? [] : [iat + maxAgeSeconds]),
  ];
  return Math.min(...ends.map((end) => (end + clockSkewSeconds) * 1000), Number.POSITIVE_INFINITY);
}

/** What the token itself says is in none of the words. */
function refusal(error: unknown, { algorithms, issuers, audiences }: Checks): Verified {
  if (error instanceof errors.JWTExpired) return { why: 'the token has expired' };
  if (error instanceof errors.JWTClaimValidationFailed) return { why: claimFault(error, issuers, audiences) };
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return { why: 'the signature of the token is not right' };
  if (error instanceof errors.JOSEAlgNotAllowed)
    return { why: `the token is signed by another algorithm than ${algorithms.join(', ')}` };
  if (error instanceof errors.JWKSNoMatchingKey)
    return { why: 'the token is signed with a key that its issuer does not list', unknownKey: true };
  if (error instanceof errors.JOSENotSupported)
    return { why: 'the token asks for something that is not supported here' };
  if (error instanceof errors.JOSEError || error instanceof TypeError)
    return { why: 'the token is no signed JWT, or its key does not fit its algorithm' };
  throw error;
}

function claimFault(
  { claim, reason }: errors.JWTClaimValidationFailed,
  issuers: readonly string[],
  audiences: readonly string[],
): string {
  if (reason === 'missing') return `the token has no claim "${claim}", which is asked for`;
  if (claim === 'nbf') return 'the token is not valid yet';
  if (claim === 'iat') return 'the token was issued in the future';
  if (claim === 'iss') return `the token is of another issuer than ${issuers.join(', ')}`;
  if (claim === 'aud') return `the token is for another audience than ${audiences.join(', ')}`;
  return `the claim "${claim}" of the token is not as it must be`;
}
