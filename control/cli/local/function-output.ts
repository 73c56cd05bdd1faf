// What a version of a function writes, as it comes in pieces, as lines with their stacks in the user's source.

import { mapStack } from '../../bundle/map-stack.ts';
import { type ParsedLine, parseConsole } from '../../telemetry/parse-console.ts';

/** A line that never ends is cut here. */
const lineLengthMax = 1024 * 1024;

export class FunctionOutput {
  readonly #sourceMap: string;
  readonly #onLine: (line: ParsedLine) => void;
  #rest = '';
  #lastNumber = -1;

  constructor(sourceMap: string, onLine: (line: ParsedLine) => void) {
    this.#sourceMap = sourceMap;
    this.#onLine = onLine;
  }

  push(text: string): void {
    const whole = this.#rest + text;
    const end = whole.length > lineLengthMax ? whole.length : whole.lastIndexOf('\n') + 1;
    this.#rest = whole.slice(end);
    if (end === 0) return;
    const { lines, dropped, lastNumber } = parseConsole(whole.slice(0, end), this.#lastNumber, Date.now());
    this.#lastNumber = lastNumber;
    for (const line of lines) {
      this.#onLine(
        line.stack === undefined ? line : { ...line, stack: mapStack(line.stack, this.#sourceMap) },
      );
    }
    if (dropped > 0) this.#onLine(droppedLine(dropped));
  }
}

const droppedLine = (count: number): ParsedLine => ({
  kind: 'console',
  time: Date.now(),
  level: 'warn',
  message: `${count} lines of the log were dropped: the function logs faster than it may.`,
  requestId: null,
});
