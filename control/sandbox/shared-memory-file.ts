// Small files in memory, without a name. What a spawn needs must not depend on the room of a disk: on a full one
// bubblewrap dies at its report and leaves what it should run waiting for ever.

import { randomBytes } from 'node:crypto';
import { existsSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SHARED_MEMORY = '/dev/shm';

/** Opens a new file, empty, for reading and writing. It is gone once the last descriptor of it is closed. */
export function openNameless(): number {
  const folder = existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir();
  const path = join(folder, `selvedge-${randomBytes(12).toString('hex')}`);
  const fd = openSync(path, 'wx+', 0o600);
  rmSync(path);
  return fd;
}

/** By this path a file without a name can be opened again, with a position of its own, and watched. */
export const pathOfDescriptor = (fd: number): string => `/proc/self/fd/${fd}`;
