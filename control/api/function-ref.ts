// How a path names a function: `/functions/{id}`, where `id` is an id, or a name together with `?project=` and
// `?environment=`.

import { z } from '@hono/zod-openapi';
import type { FunctionRef } from '../platform/platform.ts';

const idParam = z.string().openapi({
  description: 'Id of the function, or its name (see `project`).',
  example: 'hello',
});

export const functionParams = z.strictObject({ id: idParam });

/** Of operations on something that belongs to a function. */
export const functionParamsAnd = (name: string, description: string, example: string): z.ZodObject =>
  z.strictObject({ id: idParam, [name]: z.string().openapi({ description, example }) });

export function functionRef(call: {
  readonly param: (name: string) => string;
  readonly query: { readonly project?: string | undefined; readonly environment?: string | undefined };
}): FunctionRef {
  const { project, environment } = call.query;
  return { idOrName: call.param('id'), project, environment };
}
