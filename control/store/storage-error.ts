// Turns what the file system and SQLite say into errors that tell the operator what to do. The two speak
// different dialects (errno names, SQLite result codes) about the same few faults.

import { AppError } from '../model/errors.ts';

/** Primary result codes of SQLite; an extended code holds its primary in the low byte. */
const SQLITE = {
  busy: 5,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notADatabase: 26,
} as const;
const SQLITE_CONSTRAINT_PRIMARY_KEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

const FULL =
  'has no room left: free some space on its disk (or raise its quota); what was acknowledged before is safe.';
const READ_ONLY =
  'is on a read-only file system: make it writable, or set SELVEDGE_DATA to another directory.';
const DENIED =
  'may not be written by this user: correct its owner or mode, or set SELVEDGE_DATA to another directory.';
const GONE =
  'is in a directory that does not exist (any more): put the data directory back, or set SELVEDGE_DATA to another.';
const BROKEN =
  'cannot be read or written (I/O error): check its disk; what was acknowledged before is safe if the disk is.';
const LOCKED =
  'is locked by another program, such as a database browser or a backup: close that program and try again.';

const ERRNO_ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: READ_ONLY,
  EACCES: DENIED,
  EPERM: DENIED,
  EIO: BROKEN,
  ENOENT: GONE,
};
const SQLITE_ADVICE: Readonly<Record<number, string>> = {
  [SQLITE.full]: FULL,
  [SQLITE.readonly]:
    'is read-only: correct its mode or mount it writable, or set SELVEDGE_DATA to another directory.',
  [SQLITE.cantOpen]: 'cannot be opened: check that its directory exists and that this user may write it.',
  [SQLITE.ioError]: BROKEN,
  [SQLITE.busy]: LOCKED,
};

/** The numeric result code, if SQLite raised `error`; extended where SQLite gave one. */
function sqliteCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** A second row with the same key. Any other broken constraint is a bug and is not asked about. */
export function isUniqueViolation(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE_CONSTRAINT_UNIQUE || code === SQLITE_CONSTRAINT_PRIMARY_KEY;
}

/** The file is no database any more; of SQLite's own errors and of those that `asStorageError` made of them. */
export function isDamage(error: unknown): boolean {
  const cause = error instanceof AppError ? error.cause : error;
  const primary = (sqliteCode(cause) ?? 0) & 0xff;
  return primary === SQLITE.corrupt || primary === SQLITE.notADatabase;
}

/**
 * `error` as an `AppError` with the path and what to do, if storage failed; `error` itself otherwise, so that
 * a bug keeps its own name and stack.
 */
export function asStorageError(error: unknown, path: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const primary = (sqliteCode(error) ?? 0) & 0xff;
  if (isDamage(error)) {
    return new AppError(
      'SYS_001',
      `${path} is damaged, or is not a SQLite database: stop Selvedge and restore the file from a backup.`,
      {},
      error,
    );
  }
  const errno = 'code' in error ? String(error.code) : '';
  const advice = SQLITE_ADVICE[primary] ?? ERRNO_ADVICE[errno];
  return advice === undefined ? error : new AppError('SYS_002', `${path} ${advice}`, {}, error);
}
