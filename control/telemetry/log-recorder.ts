// From console files and front records to the log store: finds whose line it is, maps its stack to the user's
// source, hands it to a waiting `invoke`, and writes in batches.

import type { InvocationRecord } from '../../edge/contract/front-api.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import type { InvocationLogs } from './invocation-logs.ts';
import type { NewLogEntry } from './log-store.ts';
import type { ParsedLine } from './parse-console.ts';

/** Lines wait at most this long for their batch. */
const flushDelayMs = 50;
/** Lines of all functions that wait to be written; beyond, they are dropped and counted. */
export const pendingEntriesMax = 50_000;

/** Whose console a process writes. */
export interface Owner {
  readonly functionId: FunctionId;
  readonly version: VersionId;
}

export interface RecorderOptions {
  readonly insert: (entries: readonly NewLogEntry[]) => void;
  readonly addDropped: (functionId: FunctionId, count: number) => void;
  /** Which function version a process serves; undefined for fronts and for what is long gone. */
  readonly locate: (processId: string) => Owner | undefined;
  /** Whether the lines of a process that serves no version say whose they are: those of the outbound do. */
  readonly tellsOwners: (processId: string) => boolean;
  /** So many lines were told by such a process. */
  readonly onOwned: (count: number) => void;
  /** Takes the values of the version's secrets out of a text. */
  readonly redact: (owner: Owner) => Promise<(text: string) => string>;
  readonly mapStack: (functionId: FunctionId, version: VersionId, stack: string) => Promise<string>;
  readonly invocations: InvocationLogs;
  /** Lines of a process that is no instance: a front's own complaints. */
  readonly onForeign: (processId: string, line: ParsedLine) => void;
  readonly onError: (error: unknown) => void;
}

export class LogRecorder {
  readonly #options: RecorderOptions;
  /** Lines of one process stay in order although mapping a stack takes its time. */
  readonly #order = new Map<string, Promise<void>>();
  #pending: NewLogEntry[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  lines(processId: string, lines: readonly ParsedLine[]): void {
    const owner = this.#options.locate(processId);
    if (owner) this.#inOrder(processId, owner, lines);
    else if (this.#options.tellsOwners(processId)) this.#byOwner(processId, lines);
    else for (const line of lines) this.#options.onForeign(processId, line);
  }

  #byOwner(processId: string, lines: readonly ParsedLine[]): void {
    for (const line of lines) {
      if (!line.owner) {
        this.#options.onForeign(processId, line);
        continue;
      }
      const { functionId, version } = line.owner;
      this.#options.onOwned(line.count ?? 1);
      this.#inOrder(processId, { functionId: functionId as FunctionId, version: version as VersionId }, [
        line,
      ]);
    }
  }

  #inOrder(processId: string, owner: Owner, lines: readonly ParsedLine[]): void {
    const before = this.#order.get(processId) ?? Promise.resolve();
    const after = before.then(() => this.#take(owner, lines)).catch(this.#options.onError);
    this.#order.set(processId, after);
    void after.then(() => {
      if (this.#order.get(processId) === after) this.#order.delete(processId);
    });
  }

  dropped(processId: string, count: number): void {
    const owner = this.#options.locate(processId);
    if (owner) this.#countDropped(owner.functionId, count);
  }

  /** `memoryOf` is of the instance that served it; undefined where it is not known. */
  invocations(
    records: readonly InvocationRecord[],
    memoryOf: (record: InvocationRecord) => number | undefined = () => undefined,
  ): void {
    for (const record of records) {
      if (record.brokenOff !== undefined) this.#push(breakOf(record, record.brokenOff));
      if (record.repeated) continue;
      const memoryBytes = memoryOf(record);
      this.#push({
        functionId: record.function as FunctionId,
        kind: 'invocation',
        time: new Date(record.at).toISOString(),
        level: record.status >= 500 || record.error !== undefined ? 'error' : 'info',
        message: `${record.method} ${record.path} ${record.status}${record.shadow ? ' (shadow)' : ''}`,
        requestId: record.requestId,
        version: record.version,
        invocation: {
          method: record.method,
          path: record.path,
          status: record.status,
          durationMs: record.durationMs,
          coldStart: record.coldStart,
          ...(record.shadow && { shadow: true }),
          ...(record.error !== undefined && { error: record.error }),
          ...(memoryBytes !== undefined && { memoryBytes }),
        },
      });
    }
  }

  /** Writes what waits; resolves when every line told so far is in the store. */
  async flush(): Promise<void> {
    await Promise.all(this.#order.values());
    this.#write();
  }

  async #take(owner: Owner, lines: readonly ParsedLine[]): Promise<void> {
    const redact = await this.#options.redact(owner);
    for (const line of lines) {
      if (line.kind === 'end') {
        if (line.requestId !== null) this.#options.invocations.end(line.requestId);
        continue;
      }
      if (line.kind === 'dropped') {
        this.#countDropped(owner.functionId, line.count ?? 0);
        continue;
      }
      const map = async (text: string): Promise<string> =>
        redact(
          text.includes('\n    at ')
            ? await this.#options.mapStack(owner.functionId, owner.version, text)
            : text,
        );
      const message = await map(line.message);
      const stack = line.stack === undefined ? undefined : await map(line.stack);
      const time = new Date(line.time).toISOString();
      const shown = { level: line.level, message, time, ...(stack !== undefined && { stack }) };
      if (line.requestId !== null) this.#options.invocations.add(line.requestId, shown);
      this.#push({ ...shown, ...owner, kind: line.kind, requestId: line.requestId });
    }
  }

  #push(entry: NewLogEntry): void {
    if (this.#pending.length >= pendingEntriesMax) {
      this.#countDropped(entry.functionId, 1);
      return;
    }
    this.#pending.push(entry);
    this.#timer ??= setTimeout(() => this.#write(), flushDelayMs);
  }

  #countDropped(functionId: FunctionId, count: number): void {
    try {
      this.#options.addDropped(functionId, count);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#pending;
    this.#pending = [];
    if (entries.length === 0) return;
    try {
      this.#options.insert(entries);
    } catch (error) {
      // Logs are not worth stopping for; the store counts what it could not take.
      this.#options.onError(error);
    }
  }
}

/** The error line of a body that the platform broke off. */
function breakOf(record: InvocationRecord, reason: string): NewLogEntry {
  return {
    functionId: record.function as FunctionId,
    kind: 'error',
    time: new Date().toISOString(),
    level: 'error',
    message: `${record.error}: ${reason}`,
    requestId: record.requestId,
    version: record.version as VersionId,
  };
}
