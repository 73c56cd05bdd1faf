// Section `bots`: programs that are kept out by what they call themselves. Nothing proves that they say the truth.

import { z } from 'zod';
import { botPatternLengthMax, botPatternsMax } from '../limits.ts';

/** Text, and not an expression: one that takes long on what a stranger sends cannot be written. */
const textsSchema = z.array(z.string().min(1).max(botPatternLengthMax)).max(botPatternsMax).default([]);

export const botsSchema = z.strictObject({
  /** Whether the list that comes with Selvedge is used. */
  known: z.boolean().default(true),
  /** Texts in a `User-Agent`, in any case, that keep it out. */
  deny: textsSchema,
  /** Texts that let it in, whatever else it has. */
  allow: textsSchema,
  empty_user_agent: z.enum(['allow', 'deny']).default('deny'),
});
export type BotsRules = z.infer<typeof botsSchema>;
