// When each function was last called, and how often. Known exactly here, stored every few seconds, as it is worth
// no fsync for each request.

import type { FunctionId } from '../model/ids.ts';
import type { InvocationTally } from '../store/invocation-times.ts';
import type { Store } from '../store/store.ts';

const storeEveryMs = 5000;
const NEVER: InvocationTally = { lastAt: '', count: 0 };

export class InvocationTimes {
  readonly #store: Store;
  readonly #tallies = new Map<string, InvocationTally>();
  #dirty = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what was stored before; to be done before anything is `saw`n, as counts go on from there. */
  async load(): Promise<void> {
    for (const [id, tally] of await this.#store.invocationTimes.all()) this.#tallies.set(id, tally);
  }

  /** Undefined for a function that was never called. */
  get(functionId: string): InvocationTally | undefined {
    return this.#tallies.get(functionId);
  }

  /** `at` is milliseconds since the epoch. */
  saw(functionId: string, at: number): void {
    const { lastAt, count } = this.#tallies.get(functionId) ?? NEVER;
    const time = new Date(at).toISOString();
    if (time > lastAt) this.#set(functionId, { lastAt: time, count });
  }

  counted(functionId: string, requests: number): void {
    const { lastAt, count } = this.#tallies.get(functionId) ?? NEVER;
    this.#set(functionId, { lastAt, count: count + requests });
  }

  #set(functionId: string, tally: InvocationTally): void {
    this.#tallies.set(functionId, tally);
    this.#dirty.add(functionId);
    this.#timer ??= setTimeout(() => {
      // What could not be stored now is stored with the next call.
      this.flush().catch(() => undefined);
    }, storeEveryMs).unref();
  }

  forget(functionId: string): void {
    this.#tallies.delete(functionId);
    this.#dirty.delete(functionId);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const dirty = this.#dirty;
    this.#dirty = new Set();
    if (dirty.size === 0) return;
    const tallies = [...dirty].flatMap((id) => {
      const tally = this.#tallies.get(id);
      return tally ? [[id as FunctionId, tally] as const] : [];
    });
    try {
      await this.#store.invocationTimes.record(new Map(tallies));
    } catch (error) {
      this.#dirty = new Set([...dirty, ...this.#dirty]);
      throw error;
    }
  }
}
