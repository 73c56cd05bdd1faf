// What the platform has running and open, by what the kernel says: compared before and after a fault, so that
// nothing is left over.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { blanksDefault } from '../../control/workerd/instance-pool.ts';
import type { TestPlatform } from '../support/test-platform.ts';

export interface Inventory {
  /** Processes that control started, however deep. */
  readonly processes: number;
  /** Sockets of instances, blanks included. */
  readonly slotSockets: number;
  /** Connections to the edge that fronts hold and the honest load does not. */
  readonly connections: number;
}

export function takeInventory(platform: TestPlatform, generatorPid: number): Inventory {
  const ours = portsOf(generatorPid, connectionsTo(platform.edgePort, 'remote'));
  const held = connectionsTo(platform.edgePort, 'local');
  return {
    processes: descendants(platform.pid).length,
    slotSockets: readdirSync(join(platform.dataDir, 'run/slots')).length,
    connections: held.filter(({ otherPort }) => !ours.has(otherPort)).length,
  };
}

/**
 * The pool has all its blanks, and every instance is as many processes as it will be: its socket is there first, and
 * then the sandbox around it, and workerd last.
 */
export function isSettled(platform: TestPlatform): boolean {
  const sockets = readdirSync(join(platform.dataDir, 'run/slots'));
  const blanks = sockets.filter((name) => name.startsWith('instance-'));
  const fronts = platform.processes().filter(({ kind }) => kind === 'front');
  const running = descendants(platform.pid).filter((pid) => programOf(pid) === 'workerd');
  return blanks.length === blanksDefault && running.length === sockets.length + fronts.length;
}

function programOf(pid: number): string {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return ''; // It has ended.
  }
}

/** What there is more of now than before; empty when nothing is left over. */
export function leftovers(before: Inventory, now: Inventory): string[] {
  const names = {
    processes: 'processes',
    slotSockets: 'sockets of instances',
    connections: 'connections to the edge',
  } as const;
  return (Object.keys(names) as (keyof Inventory)[])
    .filter((part) => now[part] > before[part])
    .map((part) => `${now[part] - before[part]} ${names[part]} left over`);
}

export interface Connection {
  /** The end that is not the edge's. */
  readonly otherPort: number;
  /** Of the socket; 0 while no process has accepted it. */
  readonly inode: string;
}

const ESTABLISHED = '01';
/** The client has closed its side, and whoever has the socket has not closed the other. */
const CLOSE_WAIT = '08';

/** Connections on loopback whose local, or remote, end is `port`. */
export function connectionsTo(port: number, end: 'local' | 'remote'): Connection[] {
  const portOf = (address: string | undefined): number => Number.parseInt(address?.split(':')[1] ?? '', 16);
  const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1);
  return lines.flatMap((line) => {
    const [, local, remote, state, , , , , , inode = '0'] = line.trim().split(/\s+/);
    if (state !== ESTABLISHED && state !== CLOSE_WAIT) return [];
    const [edge, other] = end === 'local' ? [local, remote] : [remote, local];
    return portOf(edge) === port ? [{ otherPort: portOf(other), inode }] : [];
  });
}

/** The other ends of those connections that a process holds. */
export function portsOf(pid: number, connections: readonly Connection[]): Set<number> {
  const inodes = socketInodes(pid);
  return new Set(connections.filter(({ inode }) => inodes.has(inode)).map(({ otherPort }) => otherPort));
}

function socketInodes(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`;
  const links = readdirSync(folder).map((name) => {
    try {
      return readlinkSync(join(folder, name));
    } catch {
      return ''; // Closed between the listing and the reading.
    }
  });
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** Pids of all that `pid` has started and that has not ended, be it detached. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const all: number[] = [];
  for (const queue = [pid]; queue.length > 0; ) {
    const found = children.get(queue.shift() ?? 0) ?? [];
    all.push(...found);
    queue.push(...found);
  }
  return all;
}

/** Undefined for one that has ended, zombies included. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
