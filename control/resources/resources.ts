// What the kernel holds an instance to: memory, number of tasks, share of the processors. By cgroup v2 or v1
// where we may make groups, and else by looking at each process's memory often and killing what exceeds.

/**
 * What an instance may have beyond its function's `memory`, in MB. workerd needs 9 for itself; the rest is for
 * what V8 has not collected yet: up to 64 MB of buffers that nobody uses any more, as it collects those late, and
 * what workerd keeps of finished requests until the next collection. docs/design/memory-limit.md has the figures.
 */
export const memoryOverheadMb = 64;

/** Share of the processors of one function's instance while it behaves. */
export const normalWeight = 100;

export interface Limits {
  /** Of everything that the instance has, workerd's own memory included. */
  readonly memoryBytes: number;
  /** Processes and threads. */
  readonly tasksMax: number;
}

export interface Usage {
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly peakMemoryBytes: number;
}

/** One for a platform, found at its start. */
export interface Resources {
  readonly kind: 'cgroup-v2' | 'cgroup-v1' | 'polling';
  /** How memory is limited, in a sentence for `/info`; for polling also why no cgroup could be had and what to do. */
  readonly description: string;
  /** How processors are shared, likewise. */
  readonly cpuDescription: string;
  /** For `/health`: polling was not asked for. */
  readonly problem: string | undefined;
  /** Before the process is spawned. The group is the caller's to `remove`. */
  prepare(id: string): ResourceGroup;
  /** Of a process that an earlier control started. */
  adopt(id: string): ResourceGroup;
  /** Removes groups of processes that nobody knows any more. */
  removeLeftovers(known: ReadonlySet<string>): void;
  /** Memory of all instances and blanks together, in one look. */
  totalMemoryBytes(): number;
  /** Groups of processes that still run stay. */
  close(): void;
}

export interface ResourceGroup {
  /** The spawning shell writes its own pid into each before it becomes the sandbox; none when polling. */
  readonly joinFiles: readonly string[];
  /** Pid of workerd, once it is known. */
  attach(pid: number): void;
  /** At activation: a blank has no function yet. */
  limit(limits: Limits): void;
  /** Share of the processors relative to other instances; `idle` gives only what nobody else wants. */
  weigh(weight: number | 'idle'): void;
  /** The kernel's own numbers; undefined when there are none any more. */
  usage(): Usage | undefined;
  /** Only the first of them, for who asks often. */
  cpuMs(): number | undefined;
  /** Whether the memory limit ended the process. */
  exceededMemory(): boolean;
  /** After the exit. Never rejects: what could not be removed is swept at the next start. */
  remove(): Promise<void>;
}
