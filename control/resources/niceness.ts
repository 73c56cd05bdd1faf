// Who goes first when the processors are short. Every request passes a front, so fronts come before all else; control
// builds and compiles for whoever deploys, which may not make the requests of others wait. The cache answers in the place of functions, and so before them. The outbound is as any
// program: behind others it lets the answers that functions wait for pile up in their memory. Instances have cgroups
// for this, where there are any.
//
// Niceness alone orders nothing on most machines: where the kernel groups tasks by session (autogroup, a default of
// many distributions), it counts within a session only, and each of our processes is a session of its own. The
// session as a whole has a niceness too. docs/design/who-goes-first.md has what was measured.

import { readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

export const NICE = { front: -15, tls: -15, cache: -10, outbound: 0, geo: 0, control: 5 } as const;
/** Of control's session: it ends what loops, and must come to that while others loop. */
const CONTROL_SESSION = -5;

/**
 * For a process that has just been spawned as a session of its own: threads have the niceness of the thread that made
 * them, so this comes before there are others. Only root may take what it has given, so nothing is done for anybody
 * else: what control spawns would inherit its niceness, fronts too.
 */
export function giveNice(pid: number, nice: number): void {
  if (process.getuid?.() !== 0) return;
  try {
    setPriority(pid, nice);
  } catch {
    // It has ended; or this root has not the capability, and all share the processors evenly.
  }
  giveSessionNice(pid, nice);
}

/** For control itself, before it has other threads. A terminal's session is that of whoever sits there, and stays. */
export function takeControlsPlace(): void {
  giveNice(0, NICE.control);
  if (process.getuid?.() !== 0 || fieldsOf('self')[TERMINAL] !== '0') return;
  setAutogroup('self', CONTROL_SESSION);
}

/** Of all that is in the session of `pid`, unless that is ours too. */
export function giveSessionNice(pid: number, nice: number): void {
  try {
    if (fieldsOf(pid)[SESSION] !== fieldsOf('self')[SESSION]) setAutogroup(pid, nice);
  } catch {
    // It has ended.
  }
}

function setAutogroup(pid: number | 'self', nice: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
  } catch {
    // The kernel does not group by session; or it has ended; or we may not.
  }
}

const SESSION = 3;
const TERMINAL = 4;

/** Behind the name in parentheses, which may hold anything: state, parent, process group, session, terminal. */
function fieldsOf(pid: number | 'self'): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
