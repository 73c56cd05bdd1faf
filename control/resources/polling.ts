// Memory limits without a cgroup: one timer looks at the memory of every instance and kills what has more than
// it may. Between two looks an instance can take what it wants, so this is a limit for faults and not for a
// machine that is nearly full.
//
// Each process's statm is opened once. The open file means that very process: after its end a read fails, even
// if the pid is taken by another.

import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { setPriority } from 'node:os';
import { giveSessionNice } from './niceness.ts';
import { cpuTimeMs, privateBytes } from './process-usage.ts';
import type { Limits, ResourceGroup, Resources, Usage } from './resources.ts';

/** One look at 1,000 instances takes 1.6 ms of control's thread. */
export const pollMs = 50;

const nice = { normal: 0, idle: 19 } as const;

export class Polling implements Resources {
  readonly kind = 'polling';
  readonly description: string;
  readonly cpuDescription = 'Instances share the processors as any processes do; suspects run at nice 19.';
  readonly problem: string | undefined;
  readonly #groups = new Set<PolledGroup>();
  #timer: NodeJS.Timeout | undefined;

  /** `reason` is why no cgroup could be had and what to do; undefined if polling was asked for. */
  constructor(reason?: string) {
    this.description = `Memory is looked at every ${pollMs} ms and an instance with too much is killed, ${
      reason === undefined ? 'as SELVEDGE_LIMITS asks' : `since no cgroup can be made: ${reason}`
    }.`;
    this.problem = reason === undefined ? undefined : this.description;
  }

  prepare(): ResourceGroup {
    return new PolledGroup((group) => this.#watch(group), this.#forget);
  }

  adopt(): ResourceGroup {
    return this.prepare();
  }

  removeLeftovers(): void {
    // There is nothing of ours outside of the processes themselves.
  }

  totalMemoryBytes(): number {
    return [...this.#groups].reduce((sum, group) => sum + group.memoryBytes, 0);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const group of this.#groups) void group.remove();
  }

  #watch(group: PolledGroup): void {
    this.#groups.add(group);
    this.#timer ??= setInterval(() => {
      for (const each of this.#groups) each.look();
    }, pollMs).unref();
  }

  readonly #forget = (group: PolledGroup): void => {
    this.#groups.delete(group);
    if (this.#groups.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };
}

const statm = Buffer.alloc(128);

export class PolledGroup implements ResourceGroup {
  readonly joinFiles: readonly string[] = [];
  readonly #watch: (group: PolledGroup) => void;
  readonly #forget: (group: PolledGroup) => void;
  #pid = 0;
  #file: number | undefined;
  #memoryMax = Number.POSITIVE_INFINITY;
  /** As last seen. */
  memoryBytes = 0;
  #peakMemoryBytes = 0;
  #cpuMs = 0;
  #exceeded = false;

  constructor(watch: (group: PolledGroup) => void, forget: (group: PolledGroup) => void) {
    this.#watch = watch;
    this.#forget = forget;
  }

  attach(pid: number): void {
    this.#pid = pid;
    try {
      this.#file = openSync(`/proc/${pid}/statm`, 'r');
    } catch {
      // It has ended already, and its exit tells so.
    }
  }

  limit({ memoryBytes }: Limits): void {
    this.#memoryMax = memoryBytes;
    this.#watch(this);
  }

  weigh(weight: number | 'idle'): void {
    if (!this.#measure()) return;
    const priority = weight === 'idle' ? nice.idle : nice.normal;
    giveSessionNice(this.#pid, priority);
    for (const thread of readdirSync(`/proc/${this.#pid}/task`)) {
      try {
        setPriority(Number(thread), priority);
      } catch {
        // The thread is gone; or we are not root, may give way but not take it back, and it stays behind the others.
      }
    }
  }

  /** After the end what was last seen of it. */
  usage(): Usage | undefined {
    if (this.#pid === 0) return undefined;
    const cpuMs = this.cpuMs() ?? this.#cpuMs;
    return { cpuMs, memoryBytes: this.memoryBytes, peakMemoryBytes: this.#peakMemoryBytes };
  }

  cpuMs(): number | undefined {
    const cpuMs = this.#measure() ? cpuTimeMs(this.#pid) : undefined;
    this.#cpuMs = cpuMs ?? this.#cpuMs;
    return cpuMs;
  }

  exceededMemory(): boolean {
    return this.#exceeded;
  }

  async remove(): Promise<void> {
    this.#forget(this);
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** Kills the process if it has more than it may. */
  look(): void {
    if (!this.#measure() || this.memoryBytes <= this.#memoryMax) return;
    this.#exceeded = true;
    try {
      process.kill(this.#pid, 'SIGKILL');
    } catch {
      // It ended between the two lines, of too much memory all the same.
    }
  }

  /** False when the process is gone. */
  #measure(): boolean {
    if (this.#file === undefined) return false;
    try {
      const length = readSync(this.#file, statm, 0, statm.length, 0);
      const bytes = privateBytes(statm.toString('latin1', 0, length));
      if (bytes === 0) return false; // A zombie has no memory.
      this.memoryBytes = bytes;
      this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, bytes);
      return true;
    } catch {
      return false;
    }
  }
}
