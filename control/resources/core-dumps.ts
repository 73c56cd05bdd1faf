// A core dump is a process's memory in a file, and control's has keys and secrets in it. Processes that it starts inherit
// this. It also holds where the kernel pipes dumps to a program, which a limit of the size of core files does not.

import { writeFileSync } from 'node:fs';

/** No kind of memory goes into a dump. */
const NOTHING = '0';

export function leaveNoCoreDumps(): void {
  try {
    writeFileSync('/proc/self/coredump_filter', NOTHING);
  } catch {
    // No kernel that has it, or a /proc that cannot be written: docs/secrets.md says what is not promised.
  }
}
