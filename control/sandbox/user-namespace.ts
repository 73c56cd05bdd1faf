// A user of the host for instances alone, where control is root.
//
// Bubblewrap by itself can only map its caller's user into a sandbox, so what root starts would stay root towards
// the kernel, whatever it is called inside: the owner of every file of root's that it could name, /proc's among
// them. Here root makes a user namespace in which instances have a user that owns nothing. Root itself is in it
// by another number, so that bubblewrap may still look up what it binds in folders that only root may enter.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeFileSync } from 'node:fs';

/** Unprivileged user and group inside; "nobody" on Debian. */
export const INNER_ID = 65534;
/** What it is on the host: beyond the numbers that systemd and container engines give away, and not `nobody`. */
export const HOST_ID = 2_000_000_000;

/**
 * Number inside, number on the host, how many. Root is 1, as a change of user away from 0 would cost bubblewrap its
 * capabilities. The others stay what they are, so that their folders can be passed as well.
 */
const idMap = [
  [1, 0, 1],
  [2, 2, INNER_ID - 2],
  [INNER_ID, HOST_ID, 1],
  [INNER_ID + 2, INNER_ID + 2, HOST_ID - INNER_ID - 2],
]
  .map((range) => `${range.join(' ')}\n`)
  .join('');

/**
 * Makes the namespace and resolves with a descriptor of it, which keeps it. Rejects where this process is not
 * root of the host, or may not make one.
 */
export async function openUserNamespace(): Promise<number> {
  const holder = spawn('unshare', ['--user', 'cat'], { stdio: 'pipe' });
  try {
    await echo(holder);
    const folder = `/proc/${holder.pid}`;
    writeFileSync(`${folder}/uid_map`, idMap);
    writeFileSync(`${folder}/gid_map`, idMap);
    return openSync(`${folder}/ns/user`, 'r');
  } finally {
    holder.kill('SIGKILL');
  }
}

/** Resolves once the holder repeats what it is told, which it does inside its namespace. */
async function echo(holder: ChildProcessWithoutNullStreams): Promise<void> {
  const { stdin, stdout, stderr } = holder;
  const failed = new Promise<never>((_, reject) => {
    holder.once('error', (error) => reject(new Error(`unshare cannot be run: ${error.message}`)));
  });
  let words = '';
  stderr.on('data', (chunk) => {
    words += String(chunk);
  });
  stdin.on('error', () => undefined); // Its end is told by its standard output.
  stdin.write('\n');
  const [first] = await Promise.race([once(stdout, 'data'), once(stdout, 'end'), failed]);
  if (first === undefined) throw new Error(`no user namespace can be made: ${words.trim()}`);
}
