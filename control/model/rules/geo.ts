// Section `geo`: what a function is told of where its client is, and from where it may be called.

import { z } from 'zod';
import { placeSchema } from './place.ts';

export const geoSchema = z
  .strictObject({
    /** Adds `x-selvedge-geo` and its parts to what the function is sent. */
    headers: z.boolean().default(false),
    /** Nobody else may come. */
    allow: placeSchema.optional(),
    /** They may not, whatever `allow` says. */
    deny: placeSchema.optional(),
    /** Of whom it is not known where he is. Without it, `allow` keeps him out and `deny` does not. */
    unknown: z.enum(['allow', 'deny']).optional(),
  })
  .refine(({ headers, allow, deny }) => headers || allow !== undefined || deny !== undefined, {
    error: 'asks for nothing: set "headers" to true, or name places in "allow" or "deny"',
  })
  .refine(({ unknown, allow, deny }) => unknown === undefined || allow !== undefined || deny !== undefined, {
    error: 'says what becomes of who is unknown, and refuses nobody: name places in "allow" or "deny"',
    path: ['unknown'],
  });
export type GeoRules = z.infer<typeof geoSchema>;
