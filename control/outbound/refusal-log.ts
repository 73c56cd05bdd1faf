// Tells refusals in the log of the function that was refused: lines of `contract/console-line.ts` on standard
// output, which is a file that control follows, with the function and version that they belong to.

import { fstatSync, writeSync } from 'node:fs';
import { consoleMessageLengthMax, type OutboundLine } from '../../edge/contract/console-line.ts';
import { CONSOLE_MARK } from '../../edge/contract/names.ts';
import { consoleBytesMax, refusalsToldPerSecondMax } from './limits.ts';

const STDOUT = 1;
const WINDOW_MS = 1000;

interface Window {
  told: number;
  dropped: number;
}

export class RefusalLog {
  /** Of each function that was refused in the last second or so. */
  readonly #windows = new Map<string, Window>();
  #n = 0;

  /** A function that is refused in a loop gets some lines a second, and the count of the others. */
  warn(owner: { readonly function: string; readonly version: string }, message: string): void {
    const { function: f, version: v } = owner;
    const window = this.#windowOf(f, v);
    if (window.told >= refusalsToldPerSecondMax) {
      window.dropped += 1;
      return;
    }
    window.told += 1;
    const m = message.slice(0, consoleMessageLengthMax);
    this.#write({ k: 'log', n: this.#n, t: Date.now(), l: 'warn', m, f, v });
  }

  #windowOf(f: string, v: string): Window {
    const known = this.#windows.get(f);
    if (known) return known;
    const window = { told: 0, dropped: 0 };
    this.#windows.set(f, window);
    setTimeout(() => {
      this.#windows.delete(f);
      const { dropped: c } = window;
      if (c > 0) this.#write({ k: 'dropped', n: this.#n, t: Date.now(), c, f, v });
    }, WINDOW_MS).unref();
    return window;
  }

  #write(line: OutboundLine): void {
    this.#n += 1; // Also of a line that is lost: control counts the gap.
    try {
      if (fstatSync(STDOUT).size < consoleBytesMax)
        writeSync(STDOUT, `${CONSOLE_MARK}${JSON.stringify(line)}\n`);
    } catch {
      // The disk is full. A refusal stands whether it can be told or not.
    }
  }
}
