// Sections `request_headers` and `response_headers`: changes of headers in the order in which they are written.

import { z } from 'zod';
import { captureNames, readPathPattern } from '../../../edge/contract/path-pattern.ts';
import { headerRulesMax, headerValueLengthMax } from '../limits.ts';
import { TOKEN } from './cors.ts';
import { faultOfHeader, type HeaderSide } from './header-name.ts';
import { readHeaderValue } from './header-value.ts';
import { pathPatternSchema } from './path-pattern.ts';
import { shown } from './shown.ts';
import { statusSchema } from './status-ranges.ts';

const nameSchema = z.string().regex(TOKEN, 'must be the name of a header');

const changeShape = {
  /** One of these three names the header. */
  set: nameSchema.optional(),
  append: nameSchema.optional(),
  remove: nameSchema.optional(),
  /** Text, with `${client.ip}` and the like. */
  value: z.string().max(headerValueLengthMax).optional(),
};

const requestChangeSchema = z.strictObject({
  ...changeShape,
  when: z.strictObject({ path: pathPatternSchema }).optional(),
});

const responseChangeSchema = z.strictObject({
  ...changeShape,
  /** `secure`: headers by which browsers do less for strangers, in place of the three. */
  preset: z.literal('secure').optional(),
  when: z
    .strictObject({ path: pathPatternSchema, status: z.array(statusSchema).min(1).max(20) })
    .partial()
    .refine((when) => Object.keys(when).length > 0, 'is empty: leave it out')
    .optional(),
});

export type HeaderChange = z.infer<typeof responseChangeSchema>;
const OPS = ['set', 'append', 'remove'] as const;

/** What is done with which header; undefined for a preset. */
export function opOf(change: HeaderChange): { op: (typeof OPS)[number]; name: string } | undefined {
  for (const op of OPS) {
    const name = change[op];
    if (name !== undefined) return { op, name };
  }
  return undefined;
}

export const capturesOf = ({ when }: HeaderChange): string[] => {
  const pattern = when?.path === undefined ? undefined : readPathPattern(when.path);
  return typeof pattern === 'object' ? captureNames(pattern) : [];
};

const refuseFaults =
  (side: HeaderSide) =>
  (changes: readonly HeaderChange[], context: z.RefinementCtx): void => {
    for (const [at, change] of changes.entries()) {
      const refuse = (key: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [at, key], message });
      const given = [...OPS, 'preset' as const].filter((key) => change[key] !== undefined);
      const [key, second] = given;
      if (key === undefined)
        refuse('set', 'is missing: say what is done with which header by set, append or remove');
      else if (second) refuse(second, `is there beside "${key}": one change does one thing; write two`);
      const done = opOf(change);
      const takesValue = done?.op === 'set' || done?.op === 'append';
      if (takesValue && change.value === undefined) refuse('value', 'is missing');
      if (!takesValue && change.value !== undefined) refuse('value', `is there, and "${key}" takes none`);
      const fault = done && faultOfHeader(side, done.op, done.name);
      if (done && fault) refuse(done.op, `is ${shown(done.name)}: it ${fault}`);
      const value = change.value === undefined ? [] : readHeaderValue(change.value, capturesOf(change), side);
      if (typeof value === 'string') refuse('value', `is ${shown(change.value ?? '')}: it ${value}`);
    }
  };

export const requestHeadersSchema = z
  .array(requestChangeSchema)
  .min(1)
  .max(headerRulesMax)
  .superRefine(refuseFaults('request'));
export const responseHeadersSchema = z
  .array(responseChangeSchema)
  .min(1)
  .max(headerRulesMax)
  .superRefine(refuseFaults('response'));
