// Console files become log lines. Pure: bytes in, lines and losses out.

import {
  type ConsoleLevel,
  type ConsoleLine,
  consoleMessageLengthMax,
  type OutboundLine,
} from '../../edge/contract/console-line.ts';
import { CONSOLE_MARK } from '../../edge/contract/names.ts';

export interface ParsedLine {
  /** `dropped` stands for as many lines as `count` says. */
  readonly kind: 'console' | 'error' | 'end' | 'dropped';
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly level: ConsoleLevel;
  readonly message: string;
  /** In the bundle's coordinates. */
  readonly stack?: string;
  readonly requestId: string | null;
  readonly count?: number;
  /** Whose line it says it is; to be believed of the outbound only, as functions write what they like. */
  readonly owner?: LineOwner;
}

export interface LineOwner {
  readonly functionId: string;
  readonly version: string;
}

export interface ParsedChunk {
  readonly lines: readonly ParsedLine[];
  /** Lines that the process itself dropped or that never arrived; those of an owner are among `lines`. */
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
    const owner = ownerOf(line);
    if (line.k === 'dropped' && !owner) dropped += line.c;
    else lines.push({ ...toLine(line), ...(owner && { owner }) });
  }
  return { lines, dropped, lastNumber: last };
}

function ownerOf(line: ConsoleLine): LineOwner | undefined {
  const { f, v } = line as Partial<OutboundLine>;
  return typeof f === 'string' && typeof v === 'string' ? { functionId: f, version: v } : undefined;
}

function toLine(line: ConsoleLine): ParsedLine {
  if (line.k === 'dropped') {
    return { kind: 'dropped', time: line.t, level: 'debug', message: '', requestId: null, count: line.c };
  }
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
