// How a visitor is told again, so that he stays with the version that he was given while a function's traffic is split.

import { z } from 'zod';

/** Names of cookies and headers are tokens (RFC 9110, 5.6.2). */
const tokenSchema = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be a name as headers and cookies have it');

/**
 * `random`: each request draws anew. `cookie`: by a cookie, which is set where there is none. `header`: by the value of
 * a header; a request without it draws anew. `key`: by the credential that opened the function.
 */
export const stickySchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('random') }),
  z.strictObject({ by: z.literal('cookie'), name: tokenSchema.optional() }),
  z.strictObject({ by: z.literal('header'), name: tokenSchema }),
  z.strictObject({ by: z.literal('key') }),
]);
export type Sticky = z.infer<typeof stickySchema>;
