// Cgroup v2: one hierarchy for all controllers. A group that hands controllers down to groups below it must hold
// no process itself, so everything that shares our group, this process included, moves into a leaf first:
//
//   <our group>/selvedge.main/            control, fronts, outbound, and whatever started control
//   <our group>/selvedge-<hash>/          the instances of one platform together
//   <our group>/selvedge-<hash>/<id>/     one instance
//
// That is ours to do where the group was delegated to us: a systemd unit with Delegate=yes, or a container's own.

import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { GroupBases } from './group-bases.ts';
import { counter, read, readNumber, removeGroup, set, setIfThere } from './group-files.ts';
import { type Limits, normalWeight, type ResourceGroup, type Resources, type Usage } from './resources.ts';

const leaf = 'selvedge.main';
/** The kernel's own default, and what a group of `normalWeight` has. */
const kernelWeight = 100;
/** Of all instances together, where fronts and control together have `mainWeight`: under contention those go first. */
const instancesWeight = 100;
const mainWeight = 200;

export interface V2Options {
  /** Directory of the group that this process is in. */
  readonly own: string;
  readonly name: string;
  readonly rememberedIn: string;
  /** Controllers that there must be, and those that are taken where they are. */
  readonly needed: readonly string[];
  readonly wanted: readonly string[];
}

export class CgroupV2 implements Resources {
  readonly kind = 'cgroup-v2';
  readonly problem = undefined;
  readonly description = 'Memory is limited by a cgroup (v2) around each instance.';
  readonly cpuDescription: string;
  readonly #bases: GroupBases;

  private constructor(bases: GroupBases, weighed: boolean) {
    this.#bases = bases;
    this.cpuDescription = weighed
      ? 'Instances share the processors evenly, behind fronts and control, by cgroup (v2).'
      : 'Instances share the processors as any processes do: there is no cpu controller in our cgroup.';
  }

  /** Throws when no group can be made, with the kernel's reason. */
  static open({ own, name, rememberedIn, needed, wanted }: V2Options): CgroupV2 {
    // Started by what an earlier start has moved.
    const top = basename(own) === leaf ? dirname(own) : own;
    const there = controllersIn(join(top, 'cgroup.controllers'));
    for (const controller of needed) {
      if (!there.includes(controller)) throw new Error(`${top} has no ${controller} controller`);
    }
    const taken = [...needed, ...wanted.filter((controller) => there.includes(controller))];
    const base = join(top, name);
    moveToLeaf(top);
    handDown(top, taken);
    const bases = new GroupBases(rememberedIn, name, { unified: base });
    handDown(base, taken);
    if (taken.includes('cpu')) {
      set(join(base, 'cpu.weight'), instancesWeight);
      set(join(top, leaf, 'cpu.weight'), mainWeight);
    }
    return new CgroupV2(bases, taken.includes('cpu'));
  }

  prepare(id: string): ResourceGroup {
    return new GroupV2(this.#bases.make(id));
  }

  adopt(id: string): ResourceGroup {
    return new GroupV2(this.#bases.find(id));
  }

  removeLeftovers(known: ReadonlySet<string>): void {
    this.#bases.sweep(known);
  }

  totalMemoryBytes(): number {
    return this.#bases.sum('unified', 'memory.current');
  }

  close(): void {
    this.#bases.close();
  }
}

const controllersIn = (file: string): string[] => (read(file) ?? '').trim().split(' ');

/** Also what forks while we look is moved: until nobody is left, or a look finds one that cannot be moved. */
function moveToLeaf(top: string): void {
  const pids = (): string[] => (read(join(top, 'cgroup.procs')) ?? '').split('\n').filter(Boolean);
  mkdirSync(join(top, leaf), { recursive: true });
  for (let looks = 0; looks < 10 && pids().length > 0; looks += 1) {
    for (const pid of pids()) {
      try {
        set(join(top, leaf, 'cgroup.procs'), pid);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }
}

function handDown(directory: string, controllers: readonly string[]): void {
  const already = controllersIn(join(directory, 'cgroup.subtree_control'));
  const missing = controllers.filter((controller) => !already.includes(controller));
  if (missing.length > 0) {
    set(join(directory, 'cgroup.subtree_control'), missing.map((controller) => `+${controller}`).join(' '));
  }
}

export class GroupV2 implements ResourceGroup {
  readonly joinFiles: readonly string[];
  readonly #directory: string;

  constructor({ unified = '' }: Readonly<Record<string, string>>) {
    this.#directory = unified;
    this.joinFiles = [join(unified, 'cgroup.procs')];
  }

  attach(): void {
    // The shell has joined.
  }

  limit({ memoryBytes, tasksMax }: Limits): void {
    set(this.#file('memory.max'), memoryBytes);
    setIfThere(this.#file('memory.swap.max'), 0);
    // The sandbox's own process goes with what is in it.
    setIfThere(this.#file('memory.oom.group'), 1);
    setIfThere(this.#file('pids.max'), tasksMax);
  }

  weigh(weight: number | 'idle'): void {
    const idle = weight === 'idle';
    const known = setIfThere(this.#file('cpu.idle'), idle ? 1 : 0);
    // An idle group takes no weight.
    if (idle && known) return;
    const ours = idle ? 1 : Math.max(Math.round((weight / normalWeight) * kernelWeight), 1);
    setIfThere(this.#file('cpu.weight'), ours);
  }

  usage(): Usage | undefined {
    const memoryBytes = readNumber(this.#file('memory.current'));
    if (memoryBytes === undefined) return undefined;
    return {
      cpuMs: this.cpuMs() ?? 0,
      memoryBytes,
      // Linux has it since 5.19.
      peakMemoryBytes: readNumber(this.#file('memory.peak')) ?? memoryBytes,
    };
  }

  cpuMs(): number | undefined {
    const stat = read(this.#file('cpu.stat'));
    return stat === undefined ? undefined : counter(stat, 'usage_usec') / 1000;
  }

  /** The kernel also kills in this group when the machine runs out; only `oom` tells that its own limit was met. */
  exceededMemory(): boolean {
    const events = read(this.#file('memory.events'));
    return counter(events, 'oom') > 0 && counter(events, 'oom_kill') > 0;
  }

  async remove(): Promise<void> {
    await removeGroup(this.#directory);
  }

  #file(name: string): string {
    return join(this.#directory, name);
  }
}
