// What the kernel says of one process's use of processor and memory, where there is no cgroup to ask.

import { readdirSync, readFileSync } from 'node:fs';

const pageBytes = 4096;

/** CPU time of all threads in milliseconds, to the nanosecond; undefined when the process is gone. */
export function cpuTimeMs(pid: number): number | undefined {
  try {
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    }
    return nanoseconds / 1e6;
  } catch {
    return undefined;
  }
}

/**
 * Memory that only this process has, from its statm: all that is resident but mapped files, of which workerd's
 * own binary, shared by every instance, would be 44 MB.
 */
export function privateBytes(statm: string): number {
  const [, resident, shared] = statm.split(' ', 3);
  return (Number(resident) - Number(shared)) * pageBytes;
}
