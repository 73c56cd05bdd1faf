// The outbound: the one trusted process through which functions reach anything. Replaced when it dies.

import { randomBytes } from 'node:crypto';
import { lookupThreads, type OutboundOptions } from '../outbound/contract.ts';
import { NICE } from '../resources/niceness.ts';
import { ManagedProcess } from './managed-process.ts';
import type { ProcessRecord, RunDir } from './run-dir.ts';
import { spawnTrusted } from './trusted-process.ts';

/** Wait before an outbound that ended soon after its start is started again; another one is replaced at once. */
const restartDelayMs = 200;
const shortLifeMs = 1000;
/** What an outbound that is replaced may still take to finish what it has. */
const outboundGraceMs = 30_000;

export interface OutboundSettings {
  /** Networks that are not public and that the operator opens, as rules of `egress`. */
  readonly openNetworks: readonly string[];
  /** File with certificates of authorities that are trusted besides the machine's. */
  readonly extraCas: string | undefined;
}

export interface OutboundProcessOptions extends OutboundSettings {
  readonly runDir: RunDir;
  readonly text: string;
  readonly build: string;
  readonly log: (message: string, details: object) => void;
  /** A process's console file will not grow any more; it may be read to its end and removed. Never rejects. */
  readonly onGone: (id: string) => Promise<void>;
}

export class Outbound {
  readonly #options: OutboundProcessOptions;
  #process: ManagedProcess | undefined;
  #starting: Promise<void> = Promise.resolve();
  /** Until nothing is left of a process that has ended. */
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  constructor(options: OutboundProcessOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#process?.running === true;
  }

  /** Adopts what an earlier control started if it is of this build; another is replaced before it ends. */
  async start(records: readonly ProcessRecord[]): Promise<void> {
    const replaced: ManagedProcess[] = [];
    for (const record of records) {
      const process = ManagedProcess.adopt(record);
      if (!process) await this.#gone(record.id);
      else if (record.build === this.#options.build && !this.#process) this.#watch(record.id, process);
      else {
        replaced.push(process);
        void process.exited.then(() => this.#gone(record.id));
      }
    }
    if (!this.#process) await this.#startOne();
    for (const process of replaced) void process.stop(outboundGraceMs);
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
    const { runDir, text, build, extraCas, openNetworks } = this.#options;
    const id = `outbound-${randomBytes(5).toString('hex')}`;
    const options: OutboundOptions = {
      privateSocket: runDir.outboundSocket(),
      callersDir: runDir.callersDir(),
      socketsDir: runDir.servicesDir(),
      frontsDir: runDir.frontsDir(),
      controlFile: runDir.controlAddressFile(),
      openNetworks,
    };
    const process = await spawnTrusted({
      program: globalThis.process.execPath,
      args: ['--use-system-ca', '--input-type=module', '-', JSON.stringify(options)],
      input: text,
      env: {
        UV_THREADPOOL_SIZE: String(lookupThreads),
        ...(extraCas !== undefined && { NODE_EXTRA_CA_CERTS: extraCas }),
      },
      record: { kind: 'outbound', id, build },
      nice: NICE.outbound,
      ...{ runDir, inherited: [], readyLines: 1 },
    });
    this.#watch(id, process);
  }

  #watch(id: string, process: ManagedProcess): void {
    this.#process = process;
    const since = performance.now();
    void process.exited.then((info) => {
      this.#process = undefined;
      if (!this.#closed) {
        this.#options.log('the outbound ended and is replaced', info);
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
        this.#options.log('the outbound could not be started', { error: String(error) });
        this.#restart(restartDelayMs);
      });
    }, delayMs).unref();
  }
}
