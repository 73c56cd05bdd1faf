// Variables that are set at a project, at an environment of it, or at one function in an environment. They are in no
// version: what a function runs with is made of them and of its version's own when an instance starts, so that the
// same version has other values in another environment.

import { z } from 'zod';
import { nameSchema, setEnvSchema } from './function.ts';

/** Where a variable is set. */
export interface OverlayScope {
  readonly project: string;
  /** Null: for the whole project. */
  readonly environment: string | null;
  /** Of the one function that it is for; null for all of the environment. */
  readonly base: string | null;
}

export interface OverlayVariable extends OverlayScope {
  readonly key: string;
  readonly value: string;
  readonly secret: boolean;
  readonly updatedAt: string;
}

/** Weakest first: what comes later wins. `function` is the version's own. */
export const ENV_SOURCES = ['project', 'environment', 'function', 'override'] as const;
export type EnvSource = (typeof ENV_SOURCES)[number];

/** What a function in an environment gets besides its version's own. */
export interface Overlay {
  readonly variables: readonly OverlayVariable[];
  /** Names the content: an instance that was started with another has other variables. */
  readonly revision: string;
}

export const sourceOf = ({ environment, base }: OverlayScope): EnvSource => {
  if (environment === null) return 'project';
  return base === null ? 'environment' : 'override';
};

export const setEnvironmentEnvSchema = z.strictObject({
  ...setEnvSchema.shape,
  /** Base name of the one function that it is for. */
  function: nameSchema.optional(),
});
export type SetEnvironmentEnv = z.infer<typeof setEnvironmentEnvSchema>;
export type SetEnvironmentEnvInput = z.input<typeof setEnvironmentEnvSchema>;
