// Changes of one Worker follow each other. wrangler sets routes and custom domains at the same time, and each call reads
// what there is and writes it back changed: without turns, one would undo what the other did.

export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Begins when all earlier work under the key has ended, however it ended. */
  run<T>(key: string, work: () => Promise<T> | T): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const ended = result.catch(() => undefined);
    this.#last.set(key, ended);
    void ended.then(() => {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    });
    return result;
  }

  /** Of keys with work; for tests. */
  get size(): number {
    return this.#last.size;
  }
}
