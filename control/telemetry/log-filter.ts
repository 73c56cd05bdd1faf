// What a log query asks for. The database filters stored entries, `matches` those that are followed as they
// come; the two must agree.

import type { ConsoleLevel } from '../../edge/contract/console-line.ts';
import { AppError } from '../model/errors.ts';
import type { LogEntry, LogQuery } from '../platform/platform.ts';

/** Levels by severity, the least severe first. `log` is the default level of console output, as `info` is. */
export const LEVELS = ['debug', 'log', 'info', 'warn', 'error'] as const satisfies readonly ConsoleLevel[];

/** Place in `LEVELS`. `log` and `info` are told apart when shown, not when filtered: console.log is info. */
export function severityOf(level: ConsoleLevel): number {
  return LEVELS.indexOf(level);
}

/** The lowest severity that a query for `level` and the more severe ones takes. */
export function leastSeverity(level: ConsoleLevel): number {
  return severityOf(level === 'info' ? 'log' : level);
}

/** A query with its times read. Absent parts ask for nothing. */
export interface LogFilter {
  readonly kind: LogEntry['kind'] | undefined;
  /** Milliseconds since the epoch, inclusive. */
  readonly sinceMs: number | undefined;
  /** Exclusive, so that windows that touch share no entry. */
  readonly untilMs: number | undefined;
  readonly severityMin: number | undefined;
  /** In lower case. */
  readonly search: string | undefined;
  readonly requestId: string | undefined;
}

/** @throws {AppError} FN_006 for a time that is none. */
export function readFilter(query: Omit<LogQuery, 'limit' | 'cursor' | 'offset'>): LogFilter {
  return {
    kind: query.kind,
    sinceMs: readTime('since', query.since),
    untilMs: readTime('until', query.until),
    severityMin: query.level && leastSeverity(query.level),
    search: query.search === undefined ? undefined : lowerAscii(query.search),
    requestId: query.requestId,
  };
}

/** Whether a followed entry is one that the query would have found. */
export function matches(entry: LogEntry, filter: LogFilter): boolean {
  const at = Date.parse(entry.time);
  return (
    (filter.kind === undefined || entry.kind === filter.kind) &&
    (filter.sinceMs === undefined || at >= filter.sinceMs) &&
    (filter.untilMs === undefined || at < filter.untilMs) &&
    (filter.severityMin === undefined || severityOf(entry.level) >= filter.severityMin) &&
    (filter.search === undefined || lowerAscii(entry.message).includes(filter.search)) &&
    (filter.requestId === undefined || entry.requestId === filter.requestId)
  );
}

/** SQLite's `lower` knows ASCII only; JavaScript's would find more. */
const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

function readTime(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new AppError(
    'FN_006',
    `${name} is "${text.slice(0, 80)}": must be an ISO 8601 time such as 2026-11-21T12:00:00Z.`,
    { issues: [{ message: 'is not an ISO 8601 time', path: name }] },
  );
}
