// The outbound: the one trusted process through which functions reach the internet. Replaced when it dies.

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { ManagedProcess } from './managed-process.ts';
import { OUTBOUND_SOCKET } from './outbound-config.ts';
import type { ProcessRecord, RunDir } from './run-dir.ts';
import { spawnTrusted } from './trusted-process.ts';

/** Wait before an outbound that ended is started again. */
const restartDelayMs = 200;

export interface OutboundOptions {
  readonly workerd: string;
  readonly runDir: RunDir;
  readonly config: Uint8Array;
  readonly build: string;
  readonly log: (message: string, details: object) => void;
}

export class Outbound {
  readonly #options: OutboundOptions;
  #process: ManagedProcess | undefined;
  #starting: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: OutboundOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#process?.running === true;
  }

  /** Adopts what an earlier control started if it is of this build, and otherwise starts anew. */
  async start(records: readonly ProcessRecord[]): Promise<void> {
    for (const record of records) {
      const process = ManagedProcess.adopt(record);
      if (!process) this.#options.runDir.removeRecord(record.id);
      else if (this.#isUsable(record)) this.#watch(record.id, process);
      else void process.stop(restartDelayMs);
    }
    if (!this.#process) await this.#startOne();
  }

  /** One whose socket was taken away serves nobody. */
  #isUsable({ build }: ProcessRecord): boolean {
    const { build: wanted, runDir } = this.#options;
    return build === wanted && !this.#process && existsSync(runDir.outboundSocket());
  }

  async close(graceMs: number): Promise<void> {
    this.release();
    await this.#starting.catch(() => undefined); // Whoever started it has been told.
    await this.#process?.stop(graceMs);
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
    const { workerd, runDir, config, build } = this.#options;
    const id = `outbound-${randomBytes(5).toString('hex')}`;
    rmSync(runDir.outboundSocket(), { force: true });
    const process = await spawnTrusted({
      ...{ workerd, runDir, config },
      record: { kind: 'outbound', id, build },
      inherited: {},
      bound: { [OUTBOUND_SOCKET]: `unix:${runDir.outboundSocket()}` },
    });
    this.#watch(id, process);
  }

  #watch(id: string, process: ManagedProcess): void {
    this.#process = process;
    // Instances have a user of their own. Nobody else can get as far as its folder.
    chmodSync(this.#options.runDir.outboundSocket(), 0o666);
    void process.exited.then((info) => {
      this.#options.runDir.removeRecord(id);
      rmSync(this.#options.runDir.consoleFile(id), { force: true });
      this.#process = undefined;
      if (this.#closed) return;
      this.#options.log('the outbound ended and is replaced', info);
      this.#restart();
    });
  }

  #restart(): void {
    setTimeout(() => {
      if (this.#closed) return;
      this.#startOne().catch((error: unknown) => {
        this.#options.log('the outbound could not be started', { error: String(error) });
        this.#restart();
      });
    }, restartDelayMs).unref();
  }
}
