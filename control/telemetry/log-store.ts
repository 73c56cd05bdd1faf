// The logs of all functions, in a database of their own: they are many, they may be lost, and they must never
// make a deploy wait.
//
// Promised: an entry that `insert` took survives `kill -9`. Not promised: a power loss may take about the last
// second of entries (never the file). What is lost in any other way is counted in `dropped`.
//
// Calls are synchronous: when `insert` returns the entries are found by queries, and listeners had them.

import { renameSync, rmSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { FunctionId } from '../model/ids.ts';
import type { Execution, LogEntry, LogPage, LogQuery, Page } from '../platform/platform.ts';
import { readCursor, toPage } from '../store/cursor.ts';
import type { DataDir } from '../store/data-dir.ts';
import { openSqlite } from '../store/open-sqlite.ts';
import { asStorageError, isDamage } from '../store/storage-error.ts';
import { readFilter, severityOf } from './log-filter.ts';
import { createLogTables, toEntry } from './log-schema.ts';

/** Entries older than this are removed. */
export const logRetentionDays = 30;
/** Entries kept of one function, the newest. */
export const logEntriesPerFunctionMax = 10_000;
/** A function may exceed its entries by this many, so that removing is not done at each insert. */
const excessEntriesMax = 500;
/** Entries removed at a time while trimming, and pages given back to the file system: some milliseconds. */
const trimBatch = 2000;

/** Lines of all invocations of a page together. */
export const executionLinesMax = 10_000;

const DAY_MS = 86_400_000;

export type NewLogEntry = Omit<LogEntry, 'id'> & { readonly functionId: FunctionId };
export type LogListener = (entry: LogEntry) => void;

export interface LogRetention {
  readonly days: number;
  readonly entriesPerFunctionMax: number;
}

const RETENTION: LogRetention = {
  days: logRetentionDays,
  entriesPerFunctionMax: logEntriesPerFunctionMax,
};

/**
 * As `openLogStore`, but logs may be lost and functions may not: a damaged file is put aside, in the place of one
 * that was put aside before, and a new one begun.
 *
 * @throws {AppError} SYS_001 or SYS_002 for what is not a damaged file.
 */
export function openOrRenewLogStore(
  dataDir: Pick<DataDir, 'telemetryDb'>,
  onDamaged: (message: string) => void,
): LogStore {
  try {
    return openLogStore(dataDir);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  const { telemetryDb } = dataDir;
  const aside = `${telemetryDb}.damaged`;
  try {
    renameSync(telemetryDb, aside);
    for (const end of ['-wal', '-shm']) rmSync(telemetryDb + end, { force: true });
  } catch (error) {
    throw asStorageError(error, telemetryDb);
  }
  onDamaged(`${telemetryDb} was damaged and is kept as ${aside}: the logs in it are not shown any more.`);
  return openLogStore(dataDir);
}

/** @throws {AppError} SYS_001 or SYS_002 with the path and what to do. */
export function openLogStore(dataDir: Pick<DataDir, 'telemetryDb'>, retention = RETENTION): LogStore {
  const path = dataDir.telemetryDb;
  const database = openSqlite(path, 'normal');
  try {
    createLogTables(database, path);
    return new LogStore(database, path, retention);
  } catch (error) {
    database.close();
    throw asStorageError(error, path);
  }
}

export class LogStore {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #retention: LogRetention;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #listeners = new Map<FunctionId, Set<LogListener>>();
  /** Losses that are not written yet, because the disk that lost them could not take the count either. */
  readonly #unwrittenDropped = new Map<FunctionId, number>();

  /** Takes ownership of `database`; `close()` closes it. */
  constructor(database: DatabaseSync, path: string, retention: LogRetention) {
    this.#database = database;
    this.#path = path;
    this.#retention = retention;
    this.#statements = prepareStatements(database);
  }

  /**
   * Stores a batch in one transaction, then hands each entry to its function's listeners.
   *
   * @throws {AppError} SYS_002 when the disk is full or fails. The batch is then lost and counted as dropped:
   * it is not inserted again, as the next batch is as important and memory is not without end.
   */
  insert(batch: readonly NewLogEntry[]): void {
    const stored: [FunctionId, LogEntry][] = [];
    try {
      this.#transaction(() => {
        const functions = new Map<FunctionId, { readonly key: number; count: number }>();
        for (const entry of batch) {
          const own = functions.get(entry.functionId) ?? { key: this.#keyOf(entry.functionId), count: 0 };
          functions.set(entry.functionId, own);
          own.count += 1;
          stored.push([entry.functionId, this.#insertOne(own.key, entry)]);
        }
        for (const { key, count } of functions.values()) {
          this.#statements.countEntries.run(count, key);
          this.#removeExcess(key, excessEntriesMax);
        }
      });
    } catch (error) {
      for (const entry of batch) this.#noteDropped(entry.functionId, 1);
      throw error;
    }
    for (const [id, entry] of stored) {
      for (const listener of this.#listeners.get(id) ?? []) listener(entry);
    }
  }

  /**
   * Counts lines that were lost before they came here.
   *
   * @throws {AppError} SYS_002 when the count cannot be written; it is kept, and written with the next batch.
   */
  addDropped(functionId: FunctionId, count: number): void {
    this.#noteDropped(functionId, count);
    this.#transaction(() => {});
  }

  /** Newest first, by the entry's own time; entries of one millisecond in the order they were inserted. */
  query(functionId: FunctionId, query: LogQuery): LogPage {
    const { where, parameters } = conditions(functionId, query);
    const rows = this.#guard(() =>
      this.#database
        .prepare(`SELECT * FROM entries WHERE ${where} ORDER BY at DESC, seq DESC LIMIT ? OFFSET ?`)
        .all(...parameters, query.limit + 1, query.offset ?? 0),
    );
    const { items, cursor } = toPage(rows, query.limit, (row) => [String(row.at), String(row.seq)]);
    return { items: items.map(toEntry), cursor, dropped: this.dropped(functionId) };
  }

  /** Invocations with their lines, the newest first. Of very many lines of one page, the first are there. */
  executions(functionId: FunctionId, query: Omit<LogQuery, 'kind'>): Page<Execution> {
    const { items, cursor } = this.query(functionId, { ...query, kind: 'invocation', shadows: false });
    const found = items.filter(isInvocation);
    const requestIds = JSON.stringify(found.map(({ requestId }) => requestId));
    const rows = this.#guard(() => this.#statements.linesOf.all(functionId, requestIds, executionLinesMax));
    const lines = Map.groupBy(rows.map(toEntry), ({ requestId }) => requestId);
    return {
      items: found.map((invocation) => ({
        invocation,
        // A shadow has logged under the same request's id.
        lines: (lines.get(invocation.requestId) ?? []).filter(
          ({ version }) => version === invocation.version,
        ),
      })),
      cursor,
    };
  }

  /** Lines of the function that were lost since it was created. */
  dropped(functionId: FunctionId): number {
    const row = this.#guard(() => this.#statements.function.get(functionId));
    return Number(row?.dropped ?? 0) + (this.#unwrittenDropped.get(functionId) ?? 0);
  }

  /**
   * Calls `listener` with each entry of the function as it is inserted, until the returned function is called.
   * To follow without a gap: subscribe, then query, and leave out what came both ways by its id.
   * A listener must not throw.
   */
  subscribe(functionId: FunctionId, listener: LogListener): () => void {
    const listeners = this.#listeners.get(functionId) ?? new Set();
    this.#listeners.set(functionId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(functionId) === listeners) {
        this.#listeners.delete(functionId);
      }
    };
  }

  /** Forgets a function: its entries and its count of lost lines. */
  removeFunction(functionId: FunctionId): void {
    this.#unwrittenDropped.delete(functionId);
    this.#transaction(() => {
      this.#statements.removeEntries.run(functionId);
      this.#statements.removeFunction.run(functionId);
    });
  }

  /** Functions that have logs, for control to remove those that are gone: a crash may have parted the two. */
  functionIds(): FunctionId[] {
    return this.#guard(() => this.#statements.functions.all()).map((row) => row.id as FunctionId);
  }

  /**
   * Removes what is too old or too many, in small steps with the event loop in between; answers how many.
   * The file shrinks by what was freed.
   */
  async trim(now: Date): Promise<number> {
    const before = now.getTime() - this.#retention.days * DAY_MS;
    let removed = 0;
    for (const { key } of this.#guard(() => this.#statements.functions.all())) {
      for (let step = trimBatch; step === trimBatch; await setImmediate()) {
        step = this.#transaction(() => this.#remove(Number(key), before, trimBatch));
        removed += step;
      }
      removed += this.#transaction(() => this.#removeExcess(Number(key), 0));
    }
    this.#guard(() => this.#database.exec(`PRAGMA incremental_vacuum(${trimBatch})`));
    return removed;
  }

  /** @throws {AppError} SYS_002 when losses could not be written down; the store is closed all the same. */
  close(): void {
    if (!this.#database.isOpen) return;
    try {
      if (this.#unwrittenDropped.size > 0) this.#transaction(() => {});
    } finally {
      this.#database.close();
    }
  }

  #insertOne(key: number, { functionId: _, ...entry }: NewLogEntry): LogEntry {
    const { lastInsertRowid } = this.#statements.insert.run(
      key,
      Date.parse(entry.time),
      entry.kind,
      severityOf(entry.level),
      entry.message,
      entry.requestId,
      entry.version,
      entry.stack ?? null,
      entry.invocation === undefined ? null : JSON.stringify(entry.invocation),
    );
    return { id: String(lastInsertRowid), ...entry };
  }

  #keyOf(functionId: FunctionId): number {
    this.#statements.addDropped.run(functionId, 0);
    return Number(this.#statements.function.get(functionId)?.key);
  }

  /** Brings a function back to its number of entries, if it exceeds it by more than `tolerance`. */
  #removeExcess(key: number, tolerance: number): number {
    const entries = Number(this.#statements.entries.get(key)?.entries);
    const excess = entries - this.#retention.entriesPerFunctionMax;
    return excess > tolerance ? this.#remove(key, Number.MAX_SAFE_INTEGER, excess) : 0;
  }

  /** Removes the oldest entries before a time, up to `limit`. */
  #remove(key: number, beforeMs: number, limit: number): number {
    const removed = Number(this.#statements.removeOldest.run(key, beforeMs, limit).changes);
    if (removed > 0) this.#statements.countEntries.run(-removed, key);
    return removed;
  }

  #noteDropped(functionId: FunctionId, count: number): void {
    this.#unwrittenDropped.set(functionId, (this.#unwrittenDropped.get(functionId) ?? 0) + count);
  }

  /** Commits `work`, and the losses that are not written yet with it, or nothing. */
  #transaction<T>(work: () => T): T {
    return this.#guard(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        for (const [id, count] of this.#unwrittenDropped) this.#statements.addDropped.run(id, count);
        const result = work();
        this.#database.exec('COMMIT');
        this.#unwrittenDropped.clear();
        return result;
      } catch (error) {
        // A full disk may have made SQLite roll back already.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asStorageError(error, this.#path);
    }
  }
}

const isInvocation = (entry: LogEntry): entry is Execution['invocation'] => entry.invocation !== undefined;

function conditions(functionId: FunctionId, query: LogQuery): { where: string; parameters: SQLInputValue[] } {
  const filter = readFilter(query);
  const parts: [string, SQLInputValue | undefined][] = [
    ['function_key = (SELECT key FROM functions WHERE id = ?)', functionId],
    ['at >= ?', filter.sinceMs],
    ['at < ?', filter.untilMs],
    ['kind = ?', filter.kind],
    ['severity >= ?', filter.severityMin],
    ['instr(lower(message), ?) > 0', filter.search],
    ['request_id = ?', filter.requestId],
  ];
  if (query.shadows === false) parts.push(["json_extract(invocation, '$.shadow') IS NOT ?", 1]);
  const asked = parts.filter((part): part is [string, SQLInputValue] => part[1] !== undefined);
  const where = asked.map(([condition]) => condition);
  const parameters = asked.map(([, value]) => value);
  if (query.cursor !== undefined) {
    const [at, seq] = readCursor(query.cursor);
    where.push('(at, seq) < (CAST(? AS INTEGER), CAST(? AS INTEGER))');
    parameters.push(at, seq);
  }
  return { where: where.join(' AND '), parameters };
}

function prepareStatements(database: DatabaseSync) {
  return {
    function: database.prepare('SELECT key, dropped FROM functions WHERE id = ?'),
    functions: database.prepare('SELECT key, id FROM functions ORDER BY key'),
    entries: database.prepare('SELECT entries FROM functions WHERE key = ?'),
    countEntries: database.prepare('UPDATE functions SET entries = entries + ? WHERE key = ?'),
    addDropped: database.prepare(
      'INSERT INTO functions (id, dropped) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET dropped = dropped + excluded.dropped',
    ),
    insert: database.prepare(
      'INSERT INTO entries (function_key, at, kind, severity, message, request_id, version, stack, invocation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    linesOf: database.prepare(
      `SELECT * FROM entries WHERE function_key = (SELECT key FROM functions WHERE id = ?)
        AND request_id IN (SELECT value FROM json_each(?)) AND kind <> 'invocation' ORDER BY at, seq LIMIT ?`,
    ),
    removeOldest: database.prepare(
      'DELETE FROM entries WHERE seq IN (SELECT seq FROM entries WHERE function_key = ? AND at < ? ORDER BY at, seq LIMIT ?)',
    ),
    removeEntries: database.prepare(
      'DELETE FROM entries WHERE function_key = (SELECT key FROM functions WHERE id = ?)',
    ),
    removeFunction: database.prepare('DELETE FROM functions WHERE id = ?'),
  };
}
