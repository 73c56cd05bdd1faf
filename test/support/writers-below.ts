import { readdirSync, readlinkSync } from 'node:fs';

/** Processes that have their standard output in a file below `path`: instances, and the sandboxes around them. */
export function writersBelow(path: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/1`).startsWith(path);
    } catch {
      return false; // It ended between the listing and the look.
    }
  });
}
