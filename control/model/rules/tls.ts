// Section `tls`: whether a function may be called by HTTP at all.

import { z } from 'zod';
import { hstsSeconds } from '../limits.ts';

/** What the lists that browsers are built with ask for. */
const preloadSecondsMin = 31_536_000;

const hstsSchema = z
  .strictObject({
    /** Seconds for which browsers remember that the host has HTTPS alone. */
    max_age: z.int().min(hstsSeconds.min).max(hstsSeconds.max).default(hstsSeconds.default),
    include_subdomains: z.boolean().default(false),
    preload: z.boolean().default(false),
  })
  .refine(
    ({ max_age, include_subdomains, preload }) =>
      !preload || (include_subdomains && max_age >= preloadSecondsMin),
    {
      path: ['preload'],
      error: `"preload" asks browsers to be built with the host in their list, which takes none without include_subdomains and a max_age of ${preloadSecondsMin} or more`,
    },
  );

export const tlsRuleSchema = z.strictObject({
  redirect: z.boolean().default(false),
  hsts: hstsSchema.optional(),
});

export type TlsRule = z.infer<typeof tlsRuleSchema>;
