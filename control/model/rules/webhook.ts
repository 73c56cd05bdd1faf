// The rule about webhooks: whose signature a request must have.

import { z } from 'zod';
import * as limits from '../limits.ts';
import { headerNameSchema } from './auth-names.ts';
import { secretReferenceSchema } from './rule-secrets.ts';

/** Several, while one takes the place of another: any of them will do. */
const secretSchema = z.union([
  secretReferenceSchema,
  z.array(secretReferenceSchema).min(1).max(limits.webhookSecretsMax),
]);

const toleranceSchema = z
  .int()
  .min(limits.webhookToleranceSeconds.min)
  .max(limits.webhookToleranceSeconds.max)
  .default(limits.webhookToleranceSeconds.default);

export const webhookSchema = z.discriminatedUnion('provider', [
  z.strictObject({ provider: z.literal('github'), secret: secretSchema }),
  z.strictObject({ provider: z.literal('stripe'), secret: secretSchema, tolerance: toleranceSchema }),
  z.strictObject({ provider: z.literal('slack'), secret: secretSchema, tolerance: toleranceSchema }),
  z.strictObject({
    provider: z.literal('standard-webhooks'),
    secret: secretSchema,
    tolerance: toleranceSchema,
  }),
  z.strictObject({
    provider: z.literal('hmac'),
    secret: secretSchema,
    /** Has the signature. */
    header: headerNameSchema,
    algorithm: z.enum(['sha1', 'sha256', 'sha384', 'sha512']).default('sha256'),
    encoding: z.enum(['hex', 'base64']).default('hex'),
    /** Before the signature in the header, as in `sha256=`. */
    prefix: z.string().max(50).default(''),
    /** Has the time, in seconds, which is then signed with the body: `<time>.<body>`. */
    timestamp_header: headerNameSchema.optional(),
    tolerance: toleranceSchema,
  }),
]);
export type WebhookRule = z.infer<typeof webhookSchema>;
