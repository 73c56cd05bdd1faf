// Writes the lines of `contract/console-line.ts`, within a budget of bytes a second.
//
// Lines over the budget are dropped and counted, so that a function that logs in a loop can't fill the disk or
// starve control. A dropped line takes no number: `n` counts what was written, so that a gap in it is a loss
// behind the harness, and `dropped` lines are the losses in front of it; the two add up.

import type { ConsoleLevel, ConsoleLine } from '../contract/console-line.ts';
import { consoleBytesPerSecondMax } from '../contract/console-line.ts';
import { CONSOLE_MARK } from '../contract/names.ts';
import { capMessage } from './format-message.ts';

/** Errors may use this much more: they are few, and what a person who looks for the cause needs. */
const ERROR_BYTES_PER_SECOND_EXTRA = consoleBytesPerSecondMax / 4;
const WINDOW_MS = 1000;

type ErrorOrigin = Extract<ConsoleLine, { k: 'error' }>['o'];

const encoder = new TextEncoder();
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what ASCII is.
const NOT_ASCII = /[^\x00-\x7f]/;
const byteLength = (text: string): number =>
  NOT_ASCII.test(text) ? encoder.encode(text).length : text.length;

export class LineWriter {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  #n = 0;
  #windowStart = 0;
  #windowBytes = 0;
  #dropped = 0;

  /** `write` must have put the line where it is safe when it returns. */
  constructor(write: (line: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  log(level: ConsoleLevel, message: string, requestId: string | undefined): void {
    const t = this.#now();
    this.#budgeted(
      t,
      { k: 'log', n: 0, t, l: level, m: capMessage(message), ...(requestId ? { r: requestId } : {}) },
      consoleBytesPerSecondMax,
    );
  }

  error(
    origin: ErrorOrigin,
    message: string,
    stack: string | undefined,
    requestId: string | undefined,
  ): void {
    const t = this.#now();
    const line: ConsoleLine = {
      k: 'error',
      n: 0,
      t,
      m: capMessage(message),
      ...(stack === undefined ? {} : { s: capMessage(stack) }),
      o: origin,
      ...(requestId ? { r: requestId } : {}),
    };
    this.#budgeted(t, line, consoleBytesPerSecondMax + ERROR_BYTES_PER_SECOND_EXTRA);
  }

  /** Always written, after the count of what was dropped: someone waits for it. */
  end(requestId: string): void {
    const t = this.#now();
    this.#tellDropped(t);
    this.#put({ k: 'end', n: 0, t, r: requestId });
  }

  #budgeted(t: number, line: ConsoleLine, bytesMax: number): void {
    if (t - this.#windowStart >= WINDOW_MS || t < this.#windowStart) {
      this.#windowStart = t;
      this.#windowBytes = 0;
    }
    const bytes = byteLength(line.k === 'log' ? line.m : JSON.stringify(line)) + LINE_OVERHEAD_BYTES;
    if (this.#windowBytes + bytes > bytesMax) {
      this.#dropped++;
      return;
    }
    this.#windowBytes += bytes;
    this.#tellDropped(t);
    this.#put(line);
  }

  #tellDropped(t: number): void {
    if (this.#dropped === 0) return;
    const c = this.#dropped;
    this.#dropped = 0;
    this.#put({ k: 'dropped', n: 0, t, c });
  }

  #put(line: ConsoleLine): void {
    this.#write(CONSOLE_MARK + JSON.stringify({ ...line, n: this.#n++ }));
  }
}

/** What a line has besides its message. */
const LINE_OVERHEAD_BYTES = 100;
