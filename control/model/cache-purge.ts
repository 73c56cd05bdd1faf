// What is to be forgotten of the answers that are kept.

import { z } from 'zod';

/** URLs, tags or prefixes of one purge. */
export const purgeNamesMax = 1000;

const MUST_BE_URL = 'must be a URL, or a host and a path, as in "shop.example.com/img/logo.png"';

/** Without its scheme, as visitors may have come by either, and without a fragment, which no server sees. */
const urlSchema = z
  .string()
  .min(1)
  .max(16_384)
  .transform((text, context): string => {
    const whole = /^https?:\/\//i.test(text) ? text : `http://${text}`;
    if (!URL.canParse(whole)) {
      context.addIssue({ code: 'custom', message: MUST_BE_URL });
      return z.NEVER;
    }
    const { host, pathname, search } = new URL(whole);
    return `${host}${pathname}${search}`;
  });
const tagSchema = z.string().min(1).max(256);
const list = <T extends z.ZodType>(one: T): z.ZodArray<T> => z.array(one).min(1).max(purgeNamesMax);

const WAYS = ['urls', 'tags', 'prefixes', 'everything'] as const;

export const cachePurgeSchema = z
  .strictObject({
    /** Without one: of all that the key is for. */
    project: z.string().min(1).max(63).optional(),
    /** Name or id; a name is of `project`, or of "default". */
    function: z.string().min(1).max(128).optional(),
    urls: list(urlSchema).optional(),
    tags: list(tagSchema).optional(),
    /** As `urls`, and all that begins so. */
    prefixes: list(urlSchema).optional(),
    everything: z.literal(true).optional(),
  })
  .superRefine((purge, context) => {
    const named = WAYS.filter((way) => purge[way] !== undefined);
    if (named.length === 1) return;
    context.addIssue({
      code: 'custom',
      message: `must have exactly one of urls, tags, prefixes and everything, and has ${named.length === 0 ? 'none' : named.join(' and ')}`,
    });
  });
export type CachePurge = z.infer<typeof cachePurgeSchema>;
export type PurgeInput = z.input<typeof cachePurgeSchema>;
