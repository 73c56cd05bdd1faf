// For modules in service-worker syntax, which have their bindings as global variables.

import { env } from 'cloudflare:workers';
import { RESERVED_ENV_PREFIX } from '../contract/names.ts';

/** Called before the user's module is evaluated. What the runtime itself has under a name stays. */
export function exposeBindings(): void {
  for (const [name, value] of Object.entries(env as Record<string, unknown>)) {
    if (!name.startsWith(RESERVED_ENV_PREFIX) && !(name in globalThis))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
