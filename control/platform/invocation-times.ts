// When each function was last called. Known exactly here, stored every few seconds, as it is worth no fsync
// for each request.

import type { FunctionId } from '../model/ids.ts';
import type { Store } from '../store/store.ts';

const storeEveryMs = 5000;

export class InvocationTimes {
  readonly #store: Store;
  readonly #times = new Map<string, string>();
  #dirty = new Map<FunctionId, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get(functionId: string): string | undefined {
    return this.#times.get(functionId);
  }

  /** `at` is milliseconds since the epoch. */
  saw(functionId: string, at: number): void {
    const time = new Date(at).toISOString();
    if (time <= (this.#times.get(functionId) ?? '')) return;
    this.#times.set(functionId, time);
    this.#dirty.set(functionId as FunctionId, time);
    this.#timer ??= setTimeout(() => {
      // What could not be stored now is stored with the next call.
      this.flush().catch(() => undefined);
    }, storeEveryMs).unref();
  }

  forget(functionId: string): void {
    this.#times.delete(functionId);
    this.#dirty.delete(functionId as FunctionId);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const dirty = this.#dirty;
    this.#dirty = new Map();
    if (dirty.size === 0) return;
    try {
      await this.#store.invocationTimes.record(dirty);
    } catch (error) {
      this.#dirty = new Map([...dirty, ...this.#dirty]);
      throw error;
    }
  }
}
