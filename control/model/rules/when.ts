// When a rule holds, beside its path: all that is named must be so.

import { z } from 'zod';
import { TOKEN } from './cors.ts';
import { placeSchema } from './place.ts';

const valueSchema = z.union([z.string().max(1024), z.literal(true)]);
/** Name to value; `true`: that it is there. */
const namedSchema = z
  .record(z.string().regex(TOKEN, 'must be a name of letters, digits, "-" and "_"'), valueSchema)
  .refine((named) => Object.keys(named).length <= 20, 'names more than 20');

export const whenSchema = z
  .strictObject({
    method: z
      .array(z.string().regex(/^[A-Z]{1,20}$/, 'must be an upper-case HTTP method'))
      .min(1)
      .max(20),
    header: namedSchema,
    cookie: namedSchema,
    /** Where the client is; who is not known to be there is not. */
    place: placeSchema,
    query: z.record(z.string().min(1).max(200), valueSchema),
  })
  .partial()
  .refine((when) => Object.keys(when).length > 0, 'is empty: leave it out, so that the rule always holds');
export type When = z.infer<typeof whenSchema>;
