// One request's identity, carried along its asynchronous work, and the count of what is still open of it.

import type { LineWriter } from './line-writer.ts';

export class RequestScope {
  readonly id: string;
  /** Set when the end of all work is to be announced. */
  readonly #announce: LineWriter | undefined;
  /** The response, and each promise given to `waitUntil`. */
  #open = 1;

  constructor(id: string, announce: LineWriter | undefined) {
    this.id = id;
    this.#announce = announce;
  }

  get announces(): boolean {
    return this.#announce !== undefined;
  }

  opened(): void {
    this.#open++;
  }

  closed(): void {
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
