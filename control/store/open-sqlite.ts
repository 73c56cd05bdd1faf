// Opens a SQLite file the way all of Selvedge's are opened.

import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { asStorageError } from './storage-error.ts';

/**
 * How long a statement waits for a lock. Only outside tools can hold one, as the data directory has a single
 * owner; the wait blocks the event loop, so it is short.
 */
const busyTimeoutMs = 1000;
/** The write-ahead log is cut back to this after a burst; 64 MiB. */
const walBytesMax = 64 * 1024 * 1024;

/**
 * `full` makes a commit reach the disk before it is acknowledged: it survives `kill -9` and power loss.
 * `normal` survives `kill -9`; a power loss may take the last commits, never the file's consistency.
 */
export type Durability = 'full' | 'normal';

/** @throws {AppError} SYS_002 or SYS_001 with the path and what to do. */
export function openSqlite(path: string, durability: Durability): DatabaseSync {
  try {
    // SQLite would create the file readable for all; its -wal and -shm copy the mode of the file.
    closeSync(openSync(path, 'a', 0o600));
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
    try {
      // Deleted content is overwritten with zeros, in the file; the log in front of it, "-wal", is written over
      // only when it begins anew.
      // auto_vacuum counts only before the first table, and before WAL.
      database.exec(`
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA secure_delete = ON;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'};
        PRAGMA journal_size_limit = ${walBytesMax};
      `);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw asStorageError(error, path);
  }
}
