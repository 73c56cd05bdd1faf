// Section `cors`: which pages of other origins may read answers. The router answers preflights by itself.

import { z } from 'zod';
import { corsMaxAgeSeconds, originsMax } from '../limits.ts';
import { originSchema } from './origin.ts';

/** RFC 9110's token, which methods and header names are. */
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

const tokenSchema = z.string().regex(TOKEN, 'must be a name of letters, digits and "-"');
const anyOr = <Item extends z.ZodType>(item: Item) => z.union([z.literal('*'), item]);

export const corsSchema = z
  .strictObject({
    /** `*` alone is every origin. */
    origins: z
      .array(anyOr(originSchema))
      .min(1, 'is empty: leave "cors" out to allow no other origin')
      .max(originsMax),
    methods: z
      .array(z.string().regex(/^[A-Z]{1,20}$/, 'must be an upper-case HTTP method'))
      .min(1)
      .max(20)
      .default(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    /** Headers that requests may have. `*`: any. */
    headers: z.array(tokenSchema).max(100).default(['*']),
    /** Headers of answers that pages may read, besides the few that they always may. */
    expose: z.array(tokenSchema).max(100).default([]),
    /** Whether pages may have cookies sent along. */
    credentials: z.boolean().default(false),
    /** Seconds that a browser may remember the answer to a preflight. */
    max_age: z.int().min(corsMaxAgeSeconds.min).max(corsMaxAgeSeconds.max).default(corsMaxAgeSeconds.default),
    /** Whether pages of the internet may ask a server that is in a private network. */
    private_network: z.boolean().default(false),
  })
  .superRefine(({ origins, credentials, expose }, context) => {
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    const any = origins.includes('*');
    if (any && origins.length > 1)
      refuse('origins', 'has "*" beside others, which it includes: leave them out');
    if (any && credentials) {
      refuse(
        'credentials',
        'is true while "origins" is "*": any page on the internet could act as its visitor. Name the origins, or leave credentials off',
      );
    }
    if (expose.includes('*') && credentials) {
      refuse(
        'expose',
        'is "*" while "credentials" is true, where browsers take it for a name: list the headers',
      );
    }
  });
export type CorsRules = z.infer<typeof corsSchema>;
