// Collects the console lines of single invocations, for an `invoke` that answers with them.

import type { LogLine } from '../platform/platform.ts';

/** Lines that one answer carries; the rest is in the function's log. */
export const invocationLinesMax = 1000;

interface Collection {
  readonly lines: LogLine[];
  readonly ended: Promise<void>;
  readonly end: () => void;
}

export class InvocationLogs {
  readonly #open = new Map<string, Collection>();

  /** From now on, lines of this request are kept until `finish`. */
  begin(requestId: string): void {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#open.set(requestId, { lines: [], ended, end });
  }

  add(requestId: string, line: LogLine): void {
    const collection = this.#open.get(requestId);
    if (collection && collection.lines.length < invocationLinesMax) collection.lines.push(line);
  }

  /** The invocation and its `waitUntil` work have ended, so no further line comes. */
  end(requestId: string): void {
    this.#open.get(requestId)?.end();
  }

  /** The lines so far, once the invocation has ended or `waitMs` have passed. */
  async finish(requestId: string, waitMs: number): Promise<readonly LogLine[]> {
    const collection = this.#open.get(requestId);
    if (!collection) return [];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([collection.ended, late]);
    clearTimeout(timer);
    this.#open.delete(requestId);
    return collection.lines;
  }
}
