// What visitors have to show, as the API takes it: ways to say who one is, any of which will do, and what whoever says
// so must be or have.

import { z } from 'zod';
import * as limits from '../limits.ts';
import { jwtMethodSchema } from './auth-jwt.ts';
import { claimPathSchema, headerNameSchema, parameterNameSchema } from './auth-names.ts';
import { secretReferenceSchema } from './rule-secrets.ts';

const nameSchema = z.string().min(1).max(200);
const namesSchema = z.array(nameSchema).min(1).max(limits.ruleNamesMax);
const needSchema = z.union([
  namesSchema,
  z.strictObject({ any: namesSchema }),
  z.strictObject({ all: namesSchema }),
]);

const scalarSchema = z.union([z.string().max(1000), z.number(), z.boolean()]);
const claimTestSchema = z.union([
  z.strictObject({ claim: claimPathSchema, equals: scalarSchema }),
  z.strictObject({ claim: claimPathSchema, one_of: z.array(scalarSchema).min(1).max(limits.ruleNamesMax) }),
  z.strictObject({ claim: claimPathSchema, contains: scalarSchema }),
]);
export type ClaimTestInput = z.infer<typeof claimTestSchema>;
const claimTestsSchema = z.array(claimTestSchema).min(1).max(limits.ruleNamesMax);

const apiKeyMethodSchema = z.strictObject({
  type: z.literal('api_key'),
  /** In place of `x-api-key`. With `authorization` it is `Bearer <key>`. */
  header: headerNameSchema.optional(),
  /** A parameter of the query as well: it gets into logs of whatever it passes. */
  query: parameterNameSchema.optional(),
});

const basicUserSchema = z.union([
  z.strictObject({ name: userName(), password: secretReferenceSchema, roles: namesSchema.optional() }),
  z.strictObject({
    name: userName(),
    /** For a password that is long and random: a hash of a word is found by trying words. */
    password_sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'must be the SHA-256 of the password, in 64 hex digits'),
    roles: namesSchema.optional(),
  }),
]);

const basicMethodSchema = z.strictObject({
  type: z.literal('basic'),
  realm: z
    .string()
    .max(100)
    .regex(/^[\x20-\x7e]*$/, 'must be ASCII, as it is sent in a header')
    .default('selvedge'),
  users: z
    .array(basicUserSchema)
    .min(1)
    .max(limits.basicUsersMax)
    .refine((users) => new Set(users.map(({ name }) => name)).size === users.length, 'names a user twice'),
});

const signedUrlMethodSchema = z.strictObject({ type: z.literal('signed_url') });

const mtlsMethodSchema = z
  .strictObject({
    type: z.literal('mtls'),
    /** Believed of a proxy in SELVEDGE_TRUSTED_PROXIES only. */
    header: headerNameSchema.default('x-forwarded-client-cert'),
    format: z.enum(['xfcc', 'subject', 'fingerprint']).default('xfcc'),
    /** Says that the proxy has checked the certificate: `{"header": "x-ssl-client-verify", "value": "SUCCESS"}`. */
    verified: z.strictObject({ header: headerNameSchema, value: z.string().min(1).max(200) }).optional(),
    subjects: z.array(z.string().min(1).max(1000)).min(1).max(limits.ruleNamesMax).optional(),
    fingerprints: z
      .array(z.string().regex(/^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){19,31}$/, 'must be a fingerprint in hex'))
      .min(1)
      .max(limits.ruleNamesMax)
      .optional(),
    sans: z.array(z.string().min(1).max(1000)).min(1).max(limits.ruleNamesMax).optional(),
  })
  .refine(
    ({ subjects, fingerprints, sans }) => subjects ?? fingerprints ?? sans,
    'must say which certificates are let in: subjects, fingerprints or sans',
  );

export const authMethodSchema = z.discriminatedUnion('type', [
  apiKeyMethodSchema,
  jwtMethodSchema,
  basicMethodSchema,
  signedUrlMethodSchema,
  mtlsMethodSchema,
]);
export type AuthMethodRule = z.infer<typeof authMethodSchema>;

export const authSchema = z
  .strictObject({
    method: authMethodSchema.optional(),
    /** Any of them will do. */
    any_of: z.array(authMethodSchema).min(1).max(limits.authMethodsMax).optional(),
    /** False lets in whoever shows nothing, if the function is public; what is shown must be good all the same. */
    required: z.boolean().default(true),
    /** A list asks for one of them. */
    roles: needSchema.optional(),
    /** A list asks for all of them. */
    scopes: needSchema.optional(),
    /** A list asks for all of them. */
    claims: z
      .union([
        claimTestsSchema,
        z.strictObject({ any: claimTestsSchema }),
        z.strictObject({ all: claimTestsSchema }),
      ])
      .optional(),
    /** The function is told who it is: `x-selvedge-user`, `x-selvedge-roles`, `x-selvedge-claims`. */
    forward: z.boolean().default(true),
  })
  .refine(
    ({ method, any_of }) => (method === undefined) !== (any_of === undefined),
    'must have either `method` or `any_of`',
  );
export type AuthRule = z.infer<typeof authSchema>;

export const methodsOfAuth = ({ method, any_of }: AuthRule): readonly AuthMethodRule[] =>
  method ? [method] : (any_of ?? []);

function userName(): z.ZodString {
  return z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^:\p{Cc}]+$/u, 'must have no colon, by which name and password are told apart');
}
