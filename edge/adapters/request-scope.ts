// One request's identity, carried along its asynchronous work, and the count of what is still open of it.

import type { LineWriter } from './line-writer.ts';

/** The runtime's own: what the user's module puts in its place later is the user's. */
const after = globalThis.setTimeout.bind(globalThis);

export class RequestScope {
  readonly id: string;
  /** Functions that called each other through bindings to come here. */
  depth = 0;
  /** Set when the end of all work is to be announced. */
  readonly #announce: LineWriter | undefined;
  /** The response, and each promise given to `waitUntil`. */
  #open = 1;
  #waiting = 0;
  /** When the response was over; 0 until then. */
  #overAt = 0;
  #expiry: PromiseWithResolvers<void> | undefined;
  #onOver: ((overAt: number) => void) | undefined;

  constructor(id: string, announce: LineWriter | undefined) {
    this.id = id;
    this.#announce = announce;
  }

  get announces(): boolean {
    return this.#announce !== undefined;
  }

  /** Something given to `waitUntil` goes on. */
  get works(): boolean {
    return this.#waiting > 0;
  }

  /** A promise was given to `waitUntil`. */
  opened(): void {
    this.#open++;
    this.#waiting++;
  }

  /** That promise is settled. */
  settled(): void {
    this.#waiting--;
    this.#close();
  }

  /** The response is over, body included where its end is seen. */
  over(now: number): void {
    if (this.#overAt === 0) {
      this.#overAt = now;
      // Work given later has the limit from now on.
      if (this.works) this.#onOver?.(now);
      else this.#expiry = undefined;
    }
    this.#close();
  }

  /**
   * Resolves `limitMs` after the response was over, and then calls `onExpired` if work goes on. One timer for
   * each request, made in its own context when it gives something to `waitUntil` for the first time.
   */
  expiry(limitMs: number, onExpired: () => void): Promise<void> {
    if (this.#expiry) return this.#expiry.promise;
    const expiry = Promise.withResolvers<void>();
    this.#expiry = expiry;
    const start = (overAt: number): void => {
      after(
        () => {
          if (this.#waiting > 0) {
            onExpired();
            this.#announce?.end(this.id);
            // What still comes of the work that was ended is not announced again.
            this.#open = 0;
          }
          expiry.resolve();
        },
        Math.max(0, overAt + limitMs - Date.now()),
      );
    };
    if (this.#overAt !== 0) start(this.#overAt);
    else this.#onOver = start;
    return expiry.promise;
  }

  #close(): void {
    if (--this.#open === 0) this.#announce?.end(this.id);
  }
}

/** Message and stack of anything that was thrown. */
export function failureOf(error: unknown): { message: string; stack: string | undefined } {
  if (error instanceof Error) {
    const message = error.message === '' ? error.name : error.message;
    return { message, stack: typeof error.stack === 'string' ? withCause(error, error.stack) : undefined };
  }
  let message: string;
  try {
    message = typeof error === 'object' && error !== null ? JSON.stringify(error) : String(error);
  } catch (cause) {
    message = `a thrown value that has no text: ${(cause as Error).message}`;
  }
  return { message, stack: undefined };
}

const CAUSES_MAX = 5;

function withCause(error: Error, stack: string): string {
  let text = stack;
  let cause = error.cause;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth++, cause = cause.cause)
    text += `\nCaused by: ${cause.stack ?? cause.message}`;
  return text;
}
