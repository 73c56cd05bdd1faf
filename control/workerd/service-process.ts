// A service: one trusted Node process of the platform's own, such as the outbound. It outlives control, is taken over
// by the next one if it is of its build, and is replaced when it ends.

import { randomBytes } from 'node:crypto';
import { ManagedProcess } from './managed-process.ts';
import type { ProcessRecord, RunDir, ServiceKind } from './run-dir.ts';
import { spawnTrusted } from './trusted-process.ts';
import type { TrustedProgram } from './trusted-program.ts';

/** Wait before a service that ended soon after its start is started again; another one is replaced at once. */
const restartDelayMs = 200;
const shortLifeMs = 1000;
/** What a service that is replaced may still take to finish what it has. */
const replacedGraceMs = 30_000;

export interface ServiceCommons {
  readonly runDir: RunDir;
  readonly log: (message: string, details: object) => void;
  /** A process's console file will not grow any more; it may be read to its end and removed. Never rejects. */
  readonly onGone: (id: string) => Promise<void>;
}

export interface ServiceOptions extends ServiceCommons, TrustedProgram {
  /** Names it to people, and its records and console files. */
  readonly kind: ServiceKind;
  /** Its one argument, as JSON. */
  readonly options: object;
  /** Flags for Node. */
  readonly flags?: readonly string[];
  /** All of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** See `resources/niceness.ts`. */
  readonly nice: number;
}

/**
 * The program writes a line on descriptor 3 (`READY_FD`) once it takes calls, and ends at SIGTERM when it has finished
 * what it has. Two of them may run for a while, the old and its replacement: where it listens, the new one has to take
 * the place of the old, as `listenAt` does.
 */
export class ServiceProcess {
  readonly #options: ServiceOptions;
  #process: ManagedProcess | undefined;
  #starting: Promise<void> = Promise.resolve();
  /** Until nothing is left of a process that has ended. */
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#process?.running === true;
  }

  /** Of `records` only those of its kind. Adopts one of this build; another is replaced before it ends. */
  async start(records: readonly ProcessRecord[]): Promise<void> {
    const replaced: ManagedProcess[] = [];
    for (const record of records) {
      if (record.kind !== this.#options.kind) continue;
      const process = ManagedProcess.adopt(record);
      if (!process) await this.#gone(record.id);
      else if (record.build === this.#options.build && !this.#process) this.#watch(record.id, process);
      else {
        replaced.push(process);
        void process.exited.then(() => this.#gone(record.id));
      }
    }
    if (!this.#process) await this.#startOne();
    for (const process of replaced) void process.stop(replacedGraceMs);
  }

  async close(graceMs: number): Promise<void> {
    this.release();
    await this.#starting.catch(() => undefined); // Whoever started it has been told.
    await this.#process?.stop(graceMs);
    await Promise.all(this.#ending);
  }

  /** Lets the process be: it goes on, and is not replaced. */
  release(): void {
    this.#closed = true;
  }

  #startOne(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { kind, runDir, text, build, options, flags = [], env = {}, nice } = this.#options;
    const id = `${kind}-${randomBytes(5).toString('hex')}`;
    const process = await spawnTrusted({
      program: globalThis.process.execPath,
      args: [...flags, '--input-type=module', '-', JSON.stringify(options)],
      input: text,
      ...{ env, nice, runDir, inherited: [], readyLines: 1 },
      record: { kind, id, build },
    });
    this.#watch(id, process);
  }

  #watch(id: string, process: ManagedProcess): void {
    this.#process = process;
    const since = performance.now();
    void process.exited.then((info) => {
      this.#process = undefined;
      if (!this.#closed) {
        this.#options.log(`the ${this.#options.kind} ended and is replaced`, info);
        this.#restart(performance.now() - since < shortLifeMs ? restartDelayMs : 0);
      }
      return this.#gone(id);
    });
  }

  /** The record goes last: the console file is nobody's without it. */
  #gone(id: string): Promise<void> {
    const { onGone, runDir } = this.#options;
    const work = onGone(id).then(() => {
      runDir.removeRecord(id);
      this.#ending.delete(work);
    });
    this.#ending.add(work);
    return work;
  }

  #restart(delayMs: number): void {
    setTimeout(() => {
      if (this.#closed) return;
      this.#startOne().catch((error: unknown) => {
        this.#options.log(`the ${this.#options.kind} could not be started`, { error: String(error) });
        this.#restart(restartDelayMs);
      });
    }, delayMs).unref();
  }
}
