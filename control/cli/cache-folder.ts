// Where packages for runs on this machine are kept between them, by the XDG rules.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from './world.ts';

export function cacheFolder(env: World['env']): string {
  const base = env.XDG_CACHE_HOME || (env.HOME && join(env.HOME, '.cache')) || tmpdir();
  return join(base, 'selvedge');
}
