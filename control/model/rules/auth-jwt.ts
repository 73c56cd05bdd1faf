// The rule about JWTs: whose signature counts, and what else a token must say.

import { z } from 'zod';
import * as limits from '../limits.ts';
import { claimPathSchema, cookieNameSchema, headerNameSchema, parameterNameSchema } from './auth-names.ts';
import { secretReferenceSchema } from './rule-secrets.ts';

export const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;
export const KEY_ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
] as const;

const textsSchema = z.union([z.string().min(1).max(500), z.array(z.string().min(1).max(500)).min(1).max(20)]);

const jwkSchema = z
  .record(z.string(), z.unknown())
  .refine(({ kty }) => kty === 'RSA' || kty === 'EC' || kty === 'OKP', 'must be a public key: RSA, EC or OKP')
  .refine(
    (jwk) => !['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].some((part) => part in jwk),
    'is a private key, which only who signs tokens may have: send the public one',
  );

const pemSchema = z
  .string()
  .max(limits.pemLengthMax)
  .regex(
    /^\s*-----BEGIN (PUBLIC KEY|CERTIFICATE)-----[A-Za-z0-9+/=\s]+-----END \1-----\s*$/,
    'must be a public key or a certificate in PEM: -----BEGIN PUBLIC KEY-----',
  );

const jwksUrlSchema = z
  .string()
  .max(1000)
  .refine((text) => faultOfUrl(text) === undefined, {
    error: ({ input }) => faultOfUrl(String(input)) ?? '',
  });

export const jwtMethodSchema = z
  .strictObject({
    type: z.literal('jwt'),
    /** For HS256, HS384, HS512. Several, while one takes the place of another. */
    secret: z.union([secretReferenceSchema, z.array(secretReferenceSchema).min(1).max(3)]).optional(),
    public_key: z.union([pemSchema, jwkSchema]).optional(),
    jwks: z.strictObject({ keys: z.array(jwkSchema).min(1).max(limits.jwksKeysMax) }).optional(),
    jwks_url: jwksUrlSchema.optional(),
    /** Seconds that keys from `jwks_url` are fresh. */
    jwks_max_age: z.int().min(limits.jwksMaxAgeSeconds.min).max(limits.jwksMaxAgeSeconds.max).optional(),
    /** Seconds beyond, for which they are used while they cannot be had anew. */
    jwks_stale: z.int().min(limits.jwksStaleSeconds.min).max(limits.jwksStaleSeconds.max).optional(),
    algorithms: z
      .array(z.enum([...SECRET_ALGORITHMS, ...KEY_ALGORITHMS]))
      .min(1)
      .max(SECRET_ALGORITHMS.length + KEY_ALGORITHMS.length)
      .optional(),
    issuer: textsSchema.optional(),
    audience: textsSchema.optional(),
    /** Seconds by which clocks may differ. */
    clock_skew: z
      .int()
      .min(limits.clockSkewSeconds.min)
      .max(limits.clockSkewSeconds.max)
      .default(limits.clockSkewSeconds.default),
    /** Seconds since it was issued. */
    max_age: z.int().min(1).max(limits.jwtMaxAgeSecondsMax).optional(),
    /** Without `exp` a token that was stolen would be good for ever. */
    required_claims: z.array(z.string().min(1).max(200)).max(20).default(['exp']),
    subject_claim: claimPathSchema.default('sub'),
    roles_claim: claimPathSchema.default('roles'),
    scopes_claim: claimPathSchema.default('scope'),
    /** In place of `Authorization: Bearer`. */
    header: headerNameSchema.optional(),
    cookie: cookieNameSchema.optional(),
    query: parameterNameSchema.optional(),
  })
  .refine(
    (rule) =>
      [rule.secret, rule.public_key, rule.jwks, rule.jwks_url].filter((key) => key !== undefined).length ===
      1,
    'must say whose signature counts, once: secret, public_key, jwks or jwks_url',
  );
export type JwtRule = z.infer<typeof jwtMethodSchema>;

/** Keys go over the wire in the clear only where no stranger is on it. */
function faultOfUrl(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'must be a URL: https://issuer.example.com/.well-known/jwks.json';
  }
  if (url.username !== '' || url.password !== '') return 'must have neither name nor password in it';
  if (url.hash !== '') return 'must have no part behind a #';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && isNearby(url.hostname)) return undefined;
  return 'must begin with https://, or whoever is on the way could put in keys of his own; http:// is for addresses of private networks';
}

const isNearby = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.internal') ||
  host === '[::1]' ||
  /^\[f[cd]/.test(host) ||
  /^(127|10)(\.\d+){3}$/.test(host) ||
  /^192\.168(\.\d+){2}$/.test(host) ||
  /^172\.(1[6-9]|2\d|3[01])(\.\d+){2}$/.test(host);
