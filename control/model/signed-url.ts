// What is asked for when a URL is to be signed.

import { z } from 'zod';
import { signedUrlSeconds } from './limits.ts';

export const signUrlSchema = z.strictObject({
  /** As the visitor will ask for it, from the host's root. */
  path: z
    .string()
    .max(8192)
    .regex(
      /^\/[^?#\s]*$/,
      'must begin with / and have neither ? nor # nor white space: the query is a field of its own',
    ),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  query: z.record(z.string().max(200), z.string().max(2000)).default({}),
  /** Seconds. */
  expires_in: z.int().min(signedUrlSeconds.min).max(signedUrlSeconds.max).default(signedUrlSeconds.default),
  /** Of one of the function's routes; absent for the function's own host. */
  host: z
    .string()
    .max(253)
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/, 'must be a host name in lower case')
    .optional(),
});
export type SignUrl = z.infer<typeof signUrlSchema>;
export type SignUrlInput = z.input<typeof signUrlSchema>;
