// `getLogs`: the log of a function, gathered by invocation, in the words of seed 000.
//
// The log is entry by entry, the newest first: the entry of an invocation, and the lines that it printed, each with
// its request id. Pages are read until there are as many invocations as asked for and no older line can be theirs.

import type { LogEntry, LogPage } from './answers.ts';
import { executionPagesMax, executionsDefault, executionsMax, pageRows } from './bounds.ts';
import { type CallOptions, input } from './connection.ts';
import { textOf } from './execute.ts';

export interface ExecutionQuery {
  readonly limit?: number | undefined;
  /** ISO 8601: only from this time on. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface PastExecution {
  readonly id: string;
  readonly request_id: string;
  readonly created_at: string;
  readonly status: 'success' | 'error';
  /** Milliseconds. */
  readonly execution_time: number;
  /** Bytes of its instance; null where that had ended before they were read. */
  readonly memory_usage: number | null;
  /** What it printed, line by line. */
  readonly logs: string;
  /** Code of its error, `FN_004` say. */
  readonly error: string | null;
  readonly status_code: number;
}

interface LogReader {
  logs(id: string, query?: object, options?: CallOptions): Promise<LogPage>;
}

export async function listExecutions(
  functions: LogReader,
  id: string,
  { limit = executionsDefault, since, until }: ExecutionQuery = {},
  options?: CallOptions,
): Promise<PastExecution[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > executionsMax)
    throw input(`limit is ${limit}: it must be a whole number from 1 to ${executionsMax}.`);
  const entries: LogEntry[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < executionPagesMax; page++) {
    const { logs, cursor: next } = await functions.logs(
      id,
      { since, until, limit: pageRows, cursor },
      options,
    );
    entries.push(...logs);
    if (next === null || isEnough(entries, limit)) break;
    cursor = next;
  }
  return gatherExecutions(entries).slice(0, limit);
}

function isEnough(entries: readonly LogEntry[], limit: number): boolean {
  const oldest = entries.filter(({ kind }) => kind === 'invocation')[limit - 1];
  const last = entries.at(-1);
  return oldest !== undefined && last !== undefined && Date.parse(last.time) < Date.parse(oldest.time);
}

/** In the order of the entries, which is the newest first. */
export function gatherExecutions(entries: readonly LogEntry[]): PastExecution[] {
  const printed = new Map<string | null, LogEntry[]>();
  for (const entry of entries) {
    if (entry.kind === 'invocation') continue;
    const lines = printed.get(entry.request_id);
    if (lines) lines.push(entry);
    else printed.set(entry.request_id, [entry]);
  }
  return entries.flatMap((entry) => {
    const { invocation, request_id: requestId } = entry;
    if (entry.kind !== 'invocation' || !invocation || requestId === null) return [];
    const lines = (printed.get(requestId) ?? []).toReversed();
    return [
      {
        id: entry.id,
        request_id: requestId,
        created_at: entry.time,
        status: invocation.error === undefined && invocation.status < 500 ? 'success' : 'error',
        execution_time: invocation.duration_ms,
        memory_usage: invocation.memory_bytes ?? null,
        logs: textOf(lines),
        error: invocation.error ?? null,
        status_code: invocation.status,
      },
    ];
  });
}
