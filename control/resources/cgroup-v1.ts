// Cgroup v1: each controller is a hierarchy of its own, so that one instance has a directory in each. Memory must
// be there; processor shares, their accounting and the number of tasks are taken where they are.
//
//   <controller>/<our group>/selvedge-<hash>/<id>/     one instance; together they have the base's share
//   cpu/<our group>/selvedge-<hash>.idle/<id>/         where it is while it is a suspect: behind all of the machine,
//                                                      and not only behind those in the base
//
// A process is moved by writing its pid, which takes the kernel some milliseconds now and then. The shell that is
// about to become the sandbox does that to itself while the instance is a blank, so that an activation costs three
// small writes.

import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Base, directoriesOf, GroupBases, idleBase } from './group-bases.ts';
import { counter, read, readNumber, removeGroup, set, setIfThere } from './group-files.ts';
import type { OwnCgroups } from './own-cgroups.ts';
import { cpuTimeMs } from './process-usage.ts';
import { type Limits, normalWeight, type ResourceGroup, type Resources, type Usage } from './resources.ts';

/** What a group of `normalWeight` has, and a task without a group. */
const normalShares = 1024;
/**
 * Of all instances together: as of so many tasks on each processor. The kernel hands a group's shares out to the
 * processors by what the group had of each. With no more than one task's, an instance that does little on one
 * processor competes there with what little was left of it by one that does much on the other, and a program beside
 * the platform makes it wait for tens of milliseconds. Fronts have more: docs/design/who-goes-first.md.
 */
const tasksPerProcessor = 4;
const instancesShares = tasksPerProcessor * normalShares * availableParallelism();
const sharesMin = 2;
/** The kernel charges in batches, so that a limit is met a little below it. */
const peakSlackBytes = 1024 * 1024;

export class CgroupV1 implements Resources {
  readonly kind = 'cgroup-v1';
  readonly problem = undefined;
  readonly description = 'Memory is limited by a cgroup (v1) around each instance.';
  readonly cpuDescription: string;
  readonly #bases: GroupBases;

  private constructor(bases: GroupBases, base: Base) {
    this.#bases = bases;
    this.cpuDescription = base.cpu
      ? 'Instances share the processors evenly, behind fronts and control, by cgroup (v1).'
      : 'Instances share the processors as any processes do: there is no writable cpu cgroup.';
  }

  /** Throws when no group can be made, with the kernel's reason. */
  static open(own: OwnCgroups, name: string, rememberedIn: string): CgroupV1 {
    const base = baseOf(own, name);
    if (!base.memory) throw new Error('there is no memory controller');
    const bases = new GroupBases(rememberedIn, name, base);
    if (base.cpu) set(join(base.cpu, 'cpu.shares'), instancesShares);
    if (base.idle) makeIdle(base.idle);
    return new CgroupV1(bases, base);
  }

  prepare(id: string): ResourceGroup {
    return new GroupV1(this.#bases.make(id), false);
  }

  adopt(id: string): ResourceGroup {
    return new GroupV1(this.#bases.find(id), true);
  }

  removeLeftovers(known: ReadonlySet<string>): void {
    this.#bases.sweep(known);
  }

  totalMemoryBytes(): number {
    return this.#bases.sum('memory', 'memory.usage_in_bytes');
  }

  close(): void {
    this.#bases.close();
  }
}

function baseOf(own: OwnCgroups, name: string): Base {
  const controllers = ['memory', 'cpu', 'cpuacct', 'pids'];
  const base: Record<string, string> = {};
  for (const controller of controllers) {
    const directory = own.v1.get(controller);
    if (directory === undefined) continue;
    const path = join(directory, name);
    if (controller === 'memory' || canMake(path)) base[controller] = path;
  }
  return base.cpu && canMake(idleBase(base.cpu)) ? { ...base, idle: idleBase(base.cpu) } : base;
}

/** An idle group takes no shares. */
function makeIdle(directory: string): void {
  if (!setIfThere(join(directory, 'cpu.idle'), 1)) set(join(directory, 'cpu.shares'), sharesMin);
}

function canMake(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true });
    return true;
  } catch {
    return false; // Read-only: the limit that it would hold is left out, and `cpuDescription` says so.
  }
}

class GroupV1 implements ResourceGroup {
  readonly joinFiles: readonly string[];
  readonly #group: Base;
  readonly #idle: string | undefined;
  #suspect: boolean;
  #pid = 0;

  /** `suspect` if it may be among those. */
  constructor({ idle, ...group }: Base, suspect: boolean) {
    this.#suspect = suspect;
    this.#group = group;
    this.#idle = idle;
    this.joinFiles = directoriesOf(group).map((directory) => join(directory, 'cgroup.procs'));
  }

  attach(pid: number): void {
    this.#pid = pid;
  }

  limit({ memoryBytes, tasksMax }: Limits): void {
    set(this.#memory('memory.limit_in_bytes'), memoryBytes);
    // Memory and swap together: without swap to go to, the limit is one.
    setIfThere(this.#memory('memory.memsw.limit_in_bytes'), memoryBytes);
    if (this.#group.pids) set(join(this.#group.pids, 'pids.max'), tasksMax);
  }

  weigh(weight: number | 'idle'): void {
    const { cpu } = this.#group;
    if (!cpu || !this.#idle) return;
    const suspect = weight === 'idle';
    if (!suspect) {
      set(join(cpu, 'cpu.shares'), Math.max(Math.round((weight / normalWeight) * normalShares), sharesMin));
    }
    if (suspect === this.#suspect) return;
    this.#suspect = suspect;
    this.#move(suspect ? this.#idle : cpu);
  }

  /** All threads of the process. */
  #move(directory: string): void {
    try {
      set(join(directory, 'cgroup.procs'), this.#pid);
    } catch (error) {
      // It has ended, and whoever watches it will hear so.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  usage(): Usage | undefined {
    const memoryBytes = readNumber(this.#memory('memory.usage_in_bytes'));
    const peakMemoryBytes = readNumber(this.#memory('memory.max_usage_in_bytes'));
    if (memoryBytes === undefined || peakMemoryBytes === undefined) return undefined;
    return { cpuMs: this.cpuMs() ?? 0, memoryBytes, peakMemoryBytes };
  }

  cpuMs(): number | undefined {
    const { cpu, cpuacct } = this.#group;
    if (!cpuacct) return cpuTimeMs(this.#pid);
    const nanoseconds = readNumber(join(cpuacct, 'cpuacct.usage'));
    if (nanoseconds === undefined) return undefined;
    // Where the two controllers share a hierarchy, what it used as a suspect is counted there.
    const asSuspect = cpuacct === cpu && this.#idle ? readNumber(join(this.#idle, 'cpuacct.usage')) : 0;
    return (nanoseconds + (asSuspect ?? 0)) / 1e6;
  }

  /**
   * The kernel also kills in this group when the machine runs out, and then the limit was not met. That it was is
   * seen by the peak, as the counters of failed charges miss those that the limit of memory and swap refused.
   */
  exceededMemory(): boolean {
    const peak = readNumber(this.#memory('memory.max_usage_in_bytes')) ?? 0;
    const limit = readNumber(this.#memory('memory.limit_in_bytes')) ?? Number.POSITIVE_INFINITY;
    const killed = counter(read(this.#memory('memory.oom_control')), 'oom_kill') > 0;
    return killed && peak >= limit - peakSlackBytes;
  }

  async remove(): Promise<void> {
    const directories = [...directoriesOf(this.#group), ...(this.#idle ? [this.#idle] : [])];
    await Promise.all(directories.map(removeGroup));
  }

  #memory(file: string): string {
    return join(String(this.#group.memory), file);
  }
}
