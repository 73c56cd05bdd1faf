// Keys of a function's visitors: for whoever calls functions whose rules take an API key, and for nothing else. What
// opens the platform is another kind of key; see access.ts.

import { z } from 'zod';
import { nameSchema } from './function.ts';
import type { ApiKeyId, FunctionId } from './ids.ts';
import * as limits from './limits.ts';

/** A scope of OAuth: a word without spaces or quotes. */
const scopeSchema = z
  .string()
  .max(200)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a word: ASCII without spaces, " or \\');

export const createApiKeySchema = z.strictObject({
  name: z
    .string()
    .min(1, 'is empty: say whose key it is')
    .max(limits.keyNameLengthMax)
    .refine((name) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name), 'must be one line of visible text'),
  project: nameSchema.default('default'),
  /** Id or name of the one function that it opens; absent for all of the project whose rules take such keys. */
  function: z.string().min(1).max(100).optional(),
  scopes: z.array(scopeSchema).max(limits.apiKeyScopesMax).default([]),
  expires_at: z.iso
    .datetime({ offset: true })
    .transform((time) => new Date(time).toISOString())
    .nullable()
    .default(null),
});
export type CreateApiKey = z.infer<typeof createApiKeySchema>;
export type CreateApiKeyInput = z.input<typeof createApiKeySchema>;

/** What is stored of it. The token itself is not. */
export interface ApiKeyRecord {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly project: string;
  readonly functionId: FunctionId | null;
  readonly scopes: readonly string[];
  /** SHA-256 of the token, in hex. */
  readonly hash: string;
  /** First characters of the token, so that a person can tell which one it is. */
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** To the minute; null for one that was never used. */
  readonly lastUsedAt: string | null;
}
