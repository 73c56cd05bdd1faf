// Section `csrf`: what would change something must come from the same origin, or from one that is named.

import { z } from 'zod';
import { originsMax } from '../limits.ts';
import { originSchema } from './origin.ts';

export const csrfSchema = z.strictObject({
  /** Pages of which may send forms and the like, besides those of the origin itself. */
  origins: z.array(originSchema).max(originsMax).default([]),
});
export type CsrfRules = z.infer<typeof csrfSchema>;
