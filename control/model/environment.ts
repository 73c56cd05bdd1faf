// An environment: where a function runs with variables, routes and a live version of its own. `dev`, `staging` and
// `prod` are in every project without being made; others are made by name.
//
// A function in an environment is a function like any other. In `prod` its name is its base's; elsewhere it is
// `<base>-<environment>`, which is what `wrangler deploy --env staging` calls it too, and what its host says.

import { z } from 'zod';
import { nameSchema } from './function.ts';
import * as limits from './limits.ts';

export const BUILT_IN_ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
/** Where a function is that names none. */
export const ENVIRONMENT_DEFAULT = 'prod';

/** It ends a function's name, beside which hosts have previews (8 digits and "-") and tags (after "--"). */
export const deployEnvironmentSchema = nameSchema
  .max(limits.deployEnvironmentLengthMax)
  .refine(
    (name) => !name.includes('--'),
    'must not have "--" in it, as that parts other things in host names',
  )
  .refine(
    (name) => !/^[0-9a-f]{8}$/.test(name),
    'must not be 8 hex digits, as those name a version in hosts',
  );

const descriptionSchema = z.string().max(limits.descriptionLengthMax);

export const createEnvironmentSchema = z.strictObject({
  name: deployEnvironmentSchema,
  description: descriptionSchema.default(''),
});
export type CreateEnvironment = z.infer<typeof createEnvironmentSchema>;
export type CreateEnvironmentInput = z.input<typeof createEnvironmentSchema>;

export const putEnvironmentSchema = z.strictObject({ description: descriptionSchema.default('') });
export type PutEnvironment = z.infer<typeof putEnvironmentSchema>;
export type PutEnvironmentInput = z.input<typeof putEnvironmentSchema>;

export interface EnvironmentRecord {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  /** ISO 8601; null for one that is there without having been made. */
  readonly createdAt: string | null;
}

export const isBuiltIn = (environment: string): boolean =>
  BUILT_IN_ENVIRONMENTS.some((name) => name === environment);

/** What the function is called there: in its project, in hosts, in paths. */
export const functionNameIn = (base: string, environment: string): string =>
  environment === ENVIRONMENT_DEFAULT ? base : `${base}-${environment}`;
