// Which instances somebody is connected to, by the kernel's list of unix sockets. A connection that was accepted is
// listed under the name of the socket it was made to, whoever holds its two ends.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { boundPath } from './listening-socket.ts';

const CONNECTED = '03';
/** Num, RefCount, Protocol, Flags, Type, St, Inode; then the path, which may hold spaces and is missing for most. */
const ROW = /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) +\d+ (.+)$/gm;
const suffix = boundPath('.sock');

/** Ids of instances, among other names, to whose sockets there is a connection. */
export function connectedInstances(table: string = readFileSync('/proc/net/unix', 'utf8')): Set<string> {
  const ids = new Set<string>();
  for (const [, state, path = ''] of table.matchAll(ROW)) {
    if (state === CONNECTED && path.endsWith(suffix)) ids.add(basename(path, suffix));
  }
  return ids;
}
