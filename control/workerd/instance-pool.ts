// A few blank instances, spawned ahead of time, so that a cold start does not wait for a spawn.

import { randomBytes } from 'node:crypto';
import { BlankInstance, type BlankOptions } from './blank-instance.ts';

/** Blanks kept ready. A burst of cold starts beyond these waits for spawns. */
export const blanksDefault = 4;

/** Longer than a cold start takes with its first request, shorter than people take between two. */
const refillDelayMs = 40;

export type PoolOptions = Omit<BlankOptions, 'id'> & {
  readonly blanks: number;
  readonly onError: (error: unknown) => void;
};

export class InstancePool {
  readonly #options: PoolOptions;
  #ready: BlankInstance[] = [];
  readonly #spawns = new Set<Promise<void>>();
  #closed = false;
  #refill: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Fills the pool when the start that took from it is over: a spawn holds control up for some 5 ms, and the
   * new process wants the processor that the first request wants too.
   */
  fillSoon(): void {
    this.#refill ??= setTimeout(() => {
      this.#refill = undefined;
      this.fill();
    }, refillDelayMs).unref();
  }

  /** Spawns until there are enough. */
  fill(): void {
    while (!this.#closed && this.#ready.length + this.#spawns.size < this.#options.blanks) {
      const spawn = this.#spawn()
        .then((blank) => {
          if (this.#closed) return blank.discard();
          this.#ready.push(blank);
          return undefined;
        })
        .catch(this.#options.onError)
        .finally(() => {
          this.#spawns.delete(spawn);
        });
      this.#spawns.add(spawn);
    }
  }

  /** A blank that the caller then owns, from the pool or, when that is empty, spawned now; one with a folder of objects is. */
  async take(objectsDir?: string): Promise<BlankInstance> {
    // What is mounted in a blank is fixed when it is spawned.
    if (objectsDir !== undefined) return this.#spawn(objectsDir);
    for (let blank = this.#ready.shift(); blank; blank = this.#ready.shift()) {
      if (blank.process.running) return blank;
      await blank.discard();
    }
    return this.#spawn();
  }

  /** Ends the blanks; takes after it still work and are the caller's to end. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#refill);
    const blanks = this.#ready;
    this.#ready = [];
    await Promise.all([...blanks.map((blank) => blank.discard()), ...this.#spawns]);
  }

  #spawn(objectsDir?: string): Promise<BlankInstance> {
    return BlankInstance.spawn({
      ...this.#options,
      objectsDir,
      id: `instance-${randomBytes(5).toString('hex')}`,
    });
  }
}
