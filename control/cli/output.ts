// What a command says. The result goes to stdout, as text or, with --json, as one JSON value; all that is said
// beside it goes to stderr. So a script that reads stdout never meets a note.

import { styleText } from 'node:util';
import type { Sink } from './world.ts';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

export interface OutputChoices {
  readonly json: boolean;
  /** Colours are for terminals, and not for who set NO_COLOR. */
  readonly noColor: boolean;
}

export class Output {
  readonly json: boolean;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #noColor: boolean;
  /** A line of progress that is on the terminal and must go before anything else is written. */
  #progressShown = false;

  constructor(stdout: Sink, stderr: Sink, choices: OutputChoices) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.json = choices.json;
    this.#noColor = choices.noColor;
  }

  /** The result of a command: `value` with --json, else what `text` makes of it. */
  result(value: unknown, text: () => string): void {
    this.clearProgress();
    this.#stdout.write(this.json ? `${JSON.stringify(value, null, 2)}\n` : ensureNewline(text()));
  }

  /** One of a stream of results: a line of JSON, or of text. */
  item(value: unknown, text: () => string): void {
    this.clearProgress();
    this.#stdout.write(this.json ? `${JSON.stringify(value)}\n` : ensureNewline(text()));
  }

  note(text: string): void {
    this.clearProgress();
    this.#stderr.write(ensureNewline(text));
  }

  warn(text: string): void {
    this.note(`${this.errStyle('yellow', 'warning')} ${text}`);
  }

  /** For stdout. */
  style(style: Style, text: string): string {
    return this.#paint(this.#stdout, style, text);
  }

  /** For stderr. */
  errStyle(style: Style, text: string): string {
    return this.#paint(this.#stderr, style, text);
  }

  get showsProgress(): boolean {
    return this.#stderr.isTerminal;
  }

  progress(line: string): void {
    this.#stderr.write(`\r\u001b[2K${line}`);
    this.#progressShown = true;
  }

  clearProgress(): void {
    if (!this.#progressShown) return;
    this.#stderr.write('\r\u001b[2K');
    this.#progressShown = false;
  }

  #paint(sink: Sink, style: Style, text: string): string {
    return sink.isTerminal && !this.#noColor ? styleText(style, text, { validateStream: false }) : text;
  }
}

const ensureNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
