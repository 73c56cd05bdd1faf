// The first import of every bundle's entry. Importing it takes over the isolate, so it must be evaluated before
// the user's module, and is imported by nothing else.

import { env } from 'cloudflare:workers';
import { createRuntime, type Runtime } from './runtime.ts';

export const runtime: Runtime = createRuntime(
  globalThis as unknown as Record<string, unknown>,
  env as unknown as Record<string, unknown>,
);
