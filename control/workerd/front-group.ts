// The fronts: as many as asked for, on one port. One that dies is replaced at once while the others serve.

import { randomBytes } from 'node:crypto';
import { Front, type FrontOptions } from './front.ts';
import { listenError } from './listen-error.ts';
import { assertPortFree } from './listening-socket.ts';
import type { ProcessRecord } from './run-dir.ts';
import type { TablePublisher } from './table-publisher.ts';

/** Wait before a front that ended at its start is tried again; doubled each time up to the maximum. */
const restartDelayMs = { first: 50, max: 5000 } as const;
/** What a front that is replaced or stopped may still take to finish its requests. */
export const frontGraceMs = 30_000;

export type FrontGroupOptions = Omit<FrontOptions, 'id' | 'port' | 'seat'> & {
  readonly count: number;
  readonly port: number;
  readonly publisher: TablePublisher;
  readonly log: (message: string, details?: object) => void;
};

export class FrontGroup {
  readonly #options: FrontGroupOptions;
  readonly fronts = new Set<Front>();
  readonly #starting = new Set<Promise<void>>();
  /** Seats that a front is being started for. */
  readonly #reserved = new Set<number>();
  /** All fronts begin together, so that none has taken the place of another. */
  #beginning = false;
  #port: number;
  #closed = false;

  constructor(options: FrontGroupOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  /** The port that is served; differs from the one asked for when that was 0. */
  get port(): number {
    return this.#port;
  }

  /** How many there should be. */
  get wanted(): number {
    return this.#options.count;
  }

  /**
   * Adopts the fronts of an earlier control and starts those that lack; resolves when all have the table.
   * Fronts of another build or port are replaced: the new ones serve before the old ones drain.
   */
  async start(records: readonly ProcessRecord[]): Promise<void> {
    const { runDir, build, host, count } = this.#options;
    const adopted = records.flatMap((record) => {
      const front = Front.adopt(record, runDir);
      return front ? [{ front, sameBuild: record.build === build }] : [];
    });
    // What listens there may be an earlier control's fronts, and then it is no stranger.
    if (!adopted.some(({ front }) => front.port === this.#port)) await portFree(host, this.#port);
    for (const { front, sameBuild } of adopted) {
      if (!sameBuild || !this.#mayServe(front) || this.fronts.size >= count) continue;
      this.#port = front.port;
      await this.#admit(front);
    }
    this.#beginning = adopted.length === 0;
    if (this.fronts.size === 0 && count > 0) await this.#startOne();
    await Promise.all(Array.from({ length: count - this.fronts.size }, () => this.#startOne()));
    this.#beginning = false;
    for (const { front } of adopted) if (!this.fronts.has(front)) void front.stop(frontGraceMs);
  }

  /** Stops all; resolves when they have finished what they had, or `graceMs` later. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.fronts].map((front) => front.stop(graceMs)));
  }

  /** Lets the fronts be: they go on, and are not replaced. */
  release(): void {
    this.#closed = true;
  }

  #mayServe(front: Front): boolean {
    return this.#port === 0 || this.#port === front.port;
  }

  #startOne(): Promise<void> {
    const work = this.#start().finally(() => this.#starting.delete(work));
    this.#starting.add(work);
    return work;
  }

  async #start(): Promise<void> {
    const index = this.#freeSeat();
    this.#reserved.add(index);
    try {
      const front = await Front.start({
        ...this.#options,
        id: `front-${randomBytes(5).toString('hex')}`,
        port: this.#port,
        seat: { index, count: this.wanted, successorSince: this.#beginning ? 0 : Date.now() },
      });
      this.#port = front.port;
      await this.#admit(front);
    } finally {
      this.#reserved.delete(index);
    }
  }

  #freeSeat(): number {
    const taken = new Set([...this.#reserved, ...[...this.fronts].map(({ seat }) => seat)]);
    let seat = 0;
    while (taken.has(seat)) seat += 1;
    return seat;
  }

  async #admit(front: Front): Promise<void> {
    this.fronts.add(front);
    const admittedAt = Date.now();
    void front.process.exited.then((info) => {
      this.fronts.delete(front);
      this.#options.publisher.remove(front);
      if (this.#closed) return;
      const { id, lastWords } = front;
      this.#options.log('a front ended and is replaced', { front: id, ...info, lastWords });
      // One that dies as soon as it serves is not to keep the machine busy.
      this.#restart(restartDelayMs.first, Date.now() - admittedAt > restartDelayMs.max);
    });
    await this.#options.publisher.add(front);
  }

  #restart(delayMs: number, now: boolean): void {
    const attempt = (): void => {
      if (this.#closed) return;
      this.#startOne().catch((error: unknown) => {
        this.#options.log('a front could not be started', { error: String(error) });
        this.#restart(Math.min(delayMs * 2, restartDelayMs.max), false);
      });
    };
    if (now) attempt();
    else setTimeout(attempt, delayMs).unref();
  }
}

async function portFree(host: string, port: number): Promise<void> {
  try {
    await assertPortFree(host, port);
  } catch (error) {
    throw listenError('SELVEDGE_EDGE', host, port, error);
  }
}
