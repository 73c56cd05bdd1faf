// Query strings are as strict as bodies: an unknown or repeated parameter is refused, not ignored, since a
// filter that was misspelt would otherwise answer with everything.

import { z } from '@hono/zod-openapi';
import { deployEnvironmentSchema } from '../model/environment.ts';
import { AppError } from '../model/errors.ts';
import { nameSchema } from '../model/function.ts';
import { pageSize } from '../model/limits.ts';
import { check } from '../model/validation-message.ts';

const cursorLengthMax = 1024;
export const searchLengthMax = 200;

/** Which project and environment a name is looked up in. */
export const projectQuery = {
  project: nameSchema.optional().openapi({
    description: 'Project of the function, when `id` is a name. `default` if absent.',
    example: 'shop',
  }),
  environment: deployEnvironmentSchema.optional().openapi({
    description: 'Environment of the function: `hello` with `staging` is the function `hello-staging`.',
    example: 'staging',
  }),
};

export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(pageSize.max))
    .default(pageSize.default)
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: pageSize.max,
      default: pageSize.default,
      description: 'Rows of a page.',
      example: 20,
    }),
  cursor: z.string().min(1).max(cursorLengthMax).optional().openapi({
    description: 'The `cursor` of the page before; absent for the first page.',
    example: 'Y3Vyc29y',
  }),
};

/** `true` or `false`, false if absent. */
export const flagQuery = (description: string): z.ZodType<boolean> =>
  z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .openapi({ type: 'boolean', default: false, description, example: true });

/** In UTC, as the stored times are, so that times compare as text. */
export const timeQuery = (description: string): z.ZodType<string | undefined> =>
  z.iso
    .datetime({ offset: true })
    .transform((time) => new Date(time).toISOString())
    .optional()
    .openapi({ type: 'string', format: 'date-time', description, example: '2026-11-21T12:00:00Z' });

export function checkQuery<S extends z.ZodType>(schema: S, url: string): z.output<S> {
  const given = new URL(url).searchParams;
  const repeated = [...new Set(given.keys())].filter((key) => given.getAll(key).length > 1);
  if (repeated.length > 0) {
    const issues = repeated.map((key) => ({
      message: `"${key.slice(0, 80)}" is given ${given.getAll(key).length} times: give it once.`,
      path: key.slice(0, 80),
    }));
    throw new AppError('FN_006', issues.map((issue) => issue.message).join(' '), { issues });
  }
  return check(schema, Object.fromEntries(given), 'query');
}
