// Console files become log lines. Pure: bytes in, lines and losses out.

import {
  type ConsoleLevel,
  type ConsoleLine,
  consoleMessageLengthMax,
} from '../../edge/contract/console-line.ts';
import { CONSOLE_MARK } from '../../edge/contract/names.ts';

export interface ParsedLine {
  readonly kind: 'console' | 'error' | 'end';
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly level: ConsoleLevel;
  readonly message: string;
  /** In the bundle's coordinates. */
  readonly stack?: string;
  readonly requestId: string | null;
}

export interface ParsedChunk {
  readonly lines: readonly ParsedLine[];
  /** Lines that the harness dropped or that never arrived. */
  readonly dropped: number;
  /** Number of the last line seen, to be passed in with the next chunk. */
  readonly lastNumber: number;
}

/**
 * Parses whole lines. A line that the harness did not write is workerd's own, or raw output of the function:
 * it becomes a line of level `error` without a request, and `now` is its time. What imitates the harness's
 * mark but not its shape is raw output too.
 */
export function parseConsole(text: string, lastNumber: number, now: number): ParsedChunk {
  const lines: ParsedLine[] = [];
  let dropped = 0;
  let last = lastNumber;
  for (const raw of text.split('\n')) {
    if (raw.trim() === '') continue;
    const line = raw.startsWith(CONSOLE_MARK) ? parseMarked(raw.slice(CONSOLE_MARK.length)) : undefined;
    if (!line) {
      lines.push({
        kind: 'console',
        time: now,
        level: 'error',
        message: raw.slice(0, consoleMessageLengthMax),
        requestId: null,
      });
      continue;
    }
    if (line.n > last + 1) dropped += line.n - last - 1;
    last = Math.max(last, line.n);
    if (line.k === 'dropped') dropped += line.c;
    else lines.push(toLine(line));
  }
  return { lines, dropped, lastNumber: last };
}

function toLine(line: Exclude<ConsoleLine, { k: 'dropped' }>): ParsedLine {
  const requestId = line.r ?? null;
  if (line.k === 'end') return { kind: 'end', time: line.t, level: 'debug', message: '', requestId };
  if (line.k === 'log') return { kind: 'console', time: line.t, level: line.l, message: line.m, requestId };
  return {
    kind: 'error',
    time: line.t,
    level: 'error',
    message: line.m,
    requestId,
    ...(line.s !== undefined && { stack: line.s }),
  };
}

const levels = new Set(['debug', 'log', 'info', 'warn', 'error']);

/** User code can write to the same file, so nothing in a line is taken on trust. */
function parseMarked(text: string): ConsoleLine | undefined {
  let line: Partial<Record<string, unknown>>;
  try {
    line = JSON.parse(text) as typeof line;
  } catch {
    return undefined;
  }
  if (typeof line !== 'object' || line === null) return undefined;
  const { k, n, t, r, m, s, l, c } = line;
  const sound =
    Number.isSafeInteger(n) &&
    typeof t === 'number' &&
    Math.abs(t) < 8.64e15 &&
    (r === undefined || typeof r === 'string') &&
    ((k === 'log' && typeof m === 'string' && levels.has(String(l))) ||
      (k === 'error' && typeof m === 'string' && (s === undefined || typeof s === 'string')) ||
      (k === 'end' && typeof r === 'string') ||
      (k === 'dropped' && Number.isSafeInteger(c) && Number(c) >= 0));
  return sound ? (line as unknown as ConsoleLine) : undefined;
}
