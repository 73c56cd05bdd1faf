// One signal for a call: it aborts when its time is over or when its caller says so.

import { SelvedgeError } from './selvedge-error.ts';

export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #given: AbortSignal | undefined;
  readonly #what: string;
  readonly #timeoutMs: number;
  readonly #leave = (): void => this.#controller.abort(this.#given?.reason);

  /** The owner calls `end`, or the timer stays. */
  constructor(what: string, timeoutMs: number, given: AbortSignal | undefined) {
    this.#what = what;
    this.#timeoutMs = timeoutMs;
    this.#given = given;
    this.#timer = setTimeout(() => this.#controller.abort(), timeoutMs);
    given?.addEventListener('abort', this.#leave);
    if (given?.aborted) this.#leave();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the call ended, once `signal` is aborted; undefined before. */
  get error(): SelvedgeError | undefined {
    if (!this.signal.aborted) return undefined;
    return this.#given?.aborted
      ? new SelvedgeError(
          'CLIENT_ABORTED',
          `${this.#what} was aborted by its signal.`,
          {},
          this.#given.reason,
        )
      : new SelvedgeError(
          'CLIENT_TIMEOUT',
          `${this.#what} did not come to an end within ${this.#timeoutMs} ms (timeoutMs); it may have been carried out.`,
        );
  }

  /** Waits, or rejects with `error` as soon as there is one. */
  async pause(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.signal.addEventListener('abort', done);
      if (this.signal.aborted) done();
    });
    const { error } = this;
    if (error) throw error;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#given?.removeEventListener('abort', this.#leave);
  }
}
