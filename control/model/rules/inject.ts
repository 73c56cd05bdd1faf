// Section `inject`: changes of HTML pages while they stream to the client.

import { z } from 'zod';
import { injectionLengthMax, injectionsMax, selectorLengthMax } from '../limits.ts';
import { pathPatternSchema } from './path-pattern.ts';
import { isSelector } from './selector.ts';
import { shown } from './shown.ts';

const selectorSchema = z
  .string()
  .min(1)
  .max(selectorLengthMax)
  .refine(isSelector, {
    error: (issue) =>
      `is ${shown(String(issue.input))}: it must be a CSS selector of elements, classes, ids, attributes and their order, such as head, body > h1.title or a[href^="/"], with one space between parts`,
  });

const common = {
  selector: selectorSchema,
  when: z.strictObject({ path: pathPatternSchema }).optional(),
};
const html = z
  .string()
  .min(1)
  .max(injectionLengthMax)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be text without NUL');
/** `on…` and `style` are as dangerous as any script, and whoever sets rules may put in scripts anyway. */
const attribute = z.string().regex(/^[A-Za-z_:][A-Za-z0-9_:.-]{0,99}$/, 'must be the name of an attribute');

const injectionSchema = z.discriminatedUnion('position', [
  z.strictObject({
    ...common,
    position: z.enum(['before', 'after', 'prepend', 'append', 'replace', 'replace_content']),
    html,
  }),
  z.strictObject({ ...common, position: z.literal('remove') }),
  z.strictObject({
    ...common,
    position: z.literal('set_attribute'),
    attribute,
    value: z
      .string()
      .max(injectionLengthMax)
      .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be text without NUL'),
  }),
  z.strictObject({ ...common, position: z.literal('remove_attribute'), attribute }),
]);
export type Injection = z.infer<typeof injectionSchema>;

export const injectSchema = z.array(injectionSchema).min(1).max(injectionsMax);
