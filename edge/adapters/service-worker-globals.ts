// Imported before a module in service-worker syntax, which has its bindings as global variables.

import { env } from 'cloudflare:workers';
import { RESERVED_ENV_PREFIX } from '../contract/names.ts';

for (const [name, value] of Object.entries(env as Record<string, unknown>)) {
  if (!name.startsWith(RESERVED_ENV_PREFIX) && !(name in globalThis))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
