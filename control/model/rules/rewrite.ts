// Section `rewrite`: the first whose path fits, and whose `when` holds, gives the function another path, or has another
// origin answer. A path that was rewritten is not looked at again, so that there is no circle.

import { z } from 'zod';
import { captureNames, type PathPattern, readPathPattern } from '../../../edge/contract/path-pattern.ts';
import { readPathTemplate } from '../../../edge/contract/path-template.ts';
import { rewritesMax } from '../limits.ts';
import { covers } from './cover-pattern.ts';
import { originSchema } from './origin.ts';
import { pathPatternSchema, pathTemplateSchema } from './path-pattern.ts';
import { shown } from './shown.ts';
import { whenSchema } from './when.ts';

const rewriteItemSchema = z.strictObject({
  path: pathPatternSchema,
  /** A path. */
  to: pathTemplateSchema,
  /** Answers in the function's place. */
  origin: originSchema
    .refine((origin) => !origin.includes('*'), 'must be one origin, without "*"')
    .optional(),
  when: whenSchema.optional(),
});

export const rewriteSchema = z
  .array(rewriteItemSchema)
  .min(1)
  .max(rewritesMax)
  .superRefine((rewrites, context) => {
    const refuse = (at: number, key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [at, key], message });
    const patterns = rewrites.map(({ path }) => readPathPattern(path));
    if (patterns.some((pattern) => typeof pattern === 'string')) return;
    for (const [at, { path, to }] of rewrites.entries()) {
      const pattern = patterns[at] as PathPattern;
      const template = readPathTemplate(to, captureNames(pattern));
      if (typeof template === 'string') refuse(at, 'to', `is ${shown(to)}: it ${template}`);
      else if (template.origin !== '')
        refuse(at, 'to', `is ${shown(to)}: it must be a path; the host is "origin"`);
      else if (template.fragment !== undefined)
        refuse(at, 'to', `is ${shown(to)}: it must have no "#", which no server is sent`);
      const earlier = patterns
        .slice(0, at)
        .findIndex((other, index) => !rewrites[index]?.when && covers(other as PathPattern, pattern));
      if (earlier >= 0) {
        refuse(
          at,
          'path',
          `is ${shown(path)}, which rewrite.${earlier} ("${rewrites[earlier]?.path}") takes already: put it before that one, or leave it out`,
        );
      }
    }
  });
export type Rewrites = z.infer<typeof rewriteSchema>;
