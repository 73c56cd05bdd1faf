// The tables of telemetry.db and how rows become entries.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { AppError } from '../model/errors.ts';
import type { LogEntry } from '../platform/platform.ts';
import { LEVELS } from './log-filter.ts';

/**
 * Version of the tables, in SQLite's `user_version`.
 *
 * - 1 (2026-11-21): entries, and functions with their counters.
 */
const LOG_SCHEMA_VERSION = 1;

// Function ids are kept once: an entry and its index hold a small number in their place.
// AUTOINCREMENT, so that an entry's id is never that of a removed one.
const TABLES = `
  CREATE TABLE functions (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    entries INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    function_key INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    severity INTEGER NOT NULL,
    message TEXT NOT NULL,
    request_id TEXT,
    version TEXT,
    stack TEXT,
    invocation TEXT
  ) STRICT;
  CREATE INDEX entries_function_time ON entries (function_key, at);
  CREATE INDEX entries_function_request ON entries (function_key, request_id) WHERE request_id IS NOT NULL;
`;

/** @throws {AppError} SYS_001 when the file was written by a newer Selvedge. */
export function createLogTables(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > LOG_SCHEMA_VERSION) {
    throw new AppError(
      'SYS_001',
      `${path} was written by a newer version of Selvedge (its format is ${version}, this version knows up to ${LOG_SCHEMA_VERSION}): start that version or a newer one, or move the file away to begin with empty logs.`,
    );
  }
  if (version === LOG_SCHEMA_VERSION) return;
  database.exec(`BEGIN; ${TABLES} PRAGMA user_version = ${LOG_SCHEMA_VERSION}; COMMIT`);
}

type EntryRow = Record<string, SQLOutputValue>;

/** The rows are our own, of a file that may be thrown away: they are taken as they were written. */
export function toEntry(row: EntryRow): LogEntry {
  return {
    id: String(row.seq),
    kind: row.kind as LogEntry['kind'],
    time: new Date(Number(row.at)).toISOString(),
    level: LEVELS[Number(row.severity)] ?? 'log',
    message: String(row.message),
    requestId: row.request_id as string | null,
    version: row.version as string | null,
    ...(row.stack !== null && { stack: String(row.stack) }),
    ...(row.invocation !== null && {
      invocation: JSON.parse(String(row.invocation)) as NonNullable<LogEntry['invocation']>,
    }),
  };
}
