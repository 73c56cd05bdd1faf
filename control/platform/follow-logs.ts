// New log entries of a function as they come: a subscription turned into something to iterate over.

import type { FunctionId } from '../model/ids.ts';
import { matches, readFilter } from '../telemetry/log-filter.ts';
import type { LogStore } from '../telemetry/log-store.ts';
import type { LogEntry, LogQuery } from './platform.ts';

/** Entries that wait for a slow reader; beyond, the oldest are left out, and are still in the log. */
export const followedEntriesMax = 10_000;

export async function* followLogs(
  logs: LogStore,
  functionId: FunctionId,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const filter = readFilter(query);
  let waiting: LogEntry[] = [];
  let wake: () => void = () => undefined;
  const unsubscribe = logs.subscribe(functionId, (entry) => {
    if (!matches(entry, filter)) return;
    waiting.push(entry);
    if (waiting.length > followedEntriesMax) waiting.shift();
    wake();
  });
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const entries = waiting;
      waiting = [];
      yield* entries;
      if (waiting.length > 0 || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}
