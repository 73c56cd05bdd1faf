// Who goes first when the processors are short. Every request passes a front, so fronts come before all else; the
// outbound works for whoever fetches most, and control builds and compiles for whoever deploys, and neither may
// make the requests of others wait. Instances have cgroups for this, where there are any.

import { setPriority } from 'node:os';

export const NICE = { front: -5, outbound: 5, control: 5 } as const;

/**
 * For a process that has just been spawned, or for this one with pid 0: threads have the niceness of the thread
 * that made them, so this comes before there are others. Only root may take what it has given, so nothing is done
 * for anybody else: what control spawns would inherit its niceness, fronts too.
 */
export function giveNice(pid: number, nice: number): void {
  if (process.getuid?.() !== 0) return;
  try {
    setPriority(pid, nice);
  } catch {
    // It has ended; or this root has not the capability, and all share the processors evenly.
  }
}
