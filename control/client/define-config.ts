// `selvedge/config`: gives a function.config.ts its types.

import type { FunctionConfig } from '../model/function-config.ts';

export type { FunctionConfig } from '../model/function-config.ts';

/** Answers what it is given, so that an editor knows the fields and complains of a misspelt one. */
export function defineConfig(config: FunctionConfig): FunctionConfig {
  return config;
}
