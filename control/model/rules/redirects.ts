// Section `redirects`: the first whose `from` fits sends the visitor elsewhere, before anything else of the function
// is asked.

import { z } from 'zod';
import { captureNames, type PathPattern, readPathPattern } from '../../../edge/contract/path-pattern.ts';
import { readPathTemplate } from '../../../edge/contract/path-template.ts';
import { redirectsMax } from '../limits.ts';
import { covers } from './cover-pattern.ts';
import { pathPatternSchema, pathTemplateSchema } from './path-pattern.ts';
import { findRedirectLoop } from './redirect-loops.ts';
import { shown } from './shown.ts';

export const REDIRECT_STATUSES = [301, 302, 303, 307, 308] as const;

const redirectSchema = z.strictObject({
  /** `/blog/:slug`, `/old/*` */
  from: pathPatternSchema,
  /** A path or an address; `:slug` and `*` are what `from` took. */
  to: pathTemplateSchema,
  status: z.union(REDIRECT_STATUSES.map((status) => z.literal(status))).default(302),
  /** Whether the visitor's query goes along. */
  keep_query: z.boolean().default(true),
});
export type Redirect = z.infer<typeof redirectSchema>;

export const redirectsSchema = z
  .array(redirectSchema)
  .min(1)
  .max(redirectsMax)
  .superRefine((redirects, context) => {
    const refuse = (at: number, key: 'from' | 'to', message: string): void =>
      context.addIssue({ code: 'custom', path: [at, key], message });
    const patterns = redirects.map(({ from }) => readPathPattern(from));
    if (patterns.some((pattern) => typeof pattern === 'string')) return;
    let readable = true;
    for (const [at, { from, to }] of redirects.entries()) {
      const pattern = patterns[at] as PathPattern;
      const template = readPathTemplate(to, captureNames(pattern));
      if (typeof template === 'string') {
        refuse(at, 'to', `is ${shown(to)}: it ${template}`);
        readable = false;
      }
      const earlier = patterns.slice(0, at).findIndex((other) => covers(other as PathPattern, pattern));
      if (earlier >= 0) {
        refuse(
          at,
          'from',
          `is ${shown(from)}, which redirects.${earlier} ("${redirects[earlier]?.from}") takes already: put it before that one, or leave it out`,
        );
      }
    }
    const loop = readable ? findRedirectLoop(redirects) : undefined;
    if (loop) refuse(loop.at, 'to', `is ${shown(redirects[loop.at]?.to ?? '')}, which ${loop.message}`);
  });
export type Redirects = z.infer<typeof redirectsSchema>;
