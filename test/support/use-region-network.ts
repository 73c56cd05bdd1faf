// A network of several places: a namespace for each, wired to the first by a pair of virtual interfaces. What passes is
// delayed by the kernel where it has netem, and otherwise by a relay of the test in front of the region's server.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Namespace, useNamespace } from './use-namespace.ts';

export interface Place {
  /** At which home reaches it. */
  readonly address: string;
  readonly namespace: Namespace;
  /** Cuts the wire, or mends it. */
  wire(state: 'up' | 'down'): void;
}

export interface RegionServer {
  /** There and back. */
  setDelay(ms: number): void;
  /** As a machine that loses its power. */
  kill(): Promise<void>;
}

const run = ([program = '', ...args]: readonly string[]): void =>
  void execFileSync(program, args, { stdio: 'pipe' });
const pidOf = ({ enter }: Namespace): string => enter[enter.indexOf('--target') + 1] ?? '';

export const useHome = (): Promise<Namespace> => useNamespace([], '127.0.0.1 localhost\n');

/** `number` is that of its network. */
export async function usePlace(home: Namespace, number: number): Promise<Place> {
  const namespace = await useNamespace([], '127.0.0.1 localhost\n');
  const [near, far] = [`to-${number}`, 'home'];
  const network = `10.77.${number}`;
  run([
    ...home.enter,
    ...`ip link add ${near} type veth peer name ${far} netns ${pidOf(namespace)}`.split(' '),
  ]);
  run([...home.enter, ...`ip addr add ${network}.1/24 dev ${near}`.split(' ')]);
  run([...home.enter, ...`ip link set ${near} up`.split(' ')]);
  run([...namespace.enter, ...`ip addr add ${network}.2/24 dev ${far}`.split(' ')]);
  run([...namespace.enter, ...`ip link set ${far} up`.split(' ')]);
  const wire = (state: 'up' | 'down'): void =>
    run([...namespace.enter, ...`ip link set ${far} ${state}`.split(' ')]);
  return { address: `${network}.2`, namespace, wire };
}

/** Whether the kernel delays what passes. */
function delayedByKernel({ namespace }: Place, ms: number, first: boolean): boolean {
  const verb = first ? 'add' : 'change';
  try {
    run([...namespace.enter, ...`tc qdisc ${verb} dev home root netem delay ${ms}ms`.split(' ')]);
    return true;
  } catch {
    return false;
  }
}

/** An HTTP server at port 8080 of the place, that far away. */
export async function useRegionServer(place: Place, name: string, delayMs: number): Promise<RegionServer> {
  const byKernel = delayedByKernel(place, delayMs, true);
  if (!byKernel) console.warn(`netem is not in this kernel: a relay delays what passes to region ${name}`);
  const program = join(import.meta.dirname, 'region-program.ts');
  const args = [program, place.address, '8080', name, String(byKernel ? 0 : delayMs)];
  const [command = '', ...rest] = [...place.namespace.enter, process.execPath, ...args];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const kill = (): Promise<void> => end(child);
  onTestFinished(kill);
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`the server of region ${name} ended`))),
  ]);
  const setDelay = (ms: number): void => {
    if (byKernel) delayedByKernel(place, ms, false);
    else child.stdin.write(`${ms}\n`);
  };
  return { setDelay, kill };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
