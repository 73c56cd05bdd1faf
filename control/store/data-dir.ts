// The data directory: everything that Selvedge keeps, owned by one process at a time.

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { slotSocket, slotsMax } from '../../edge/contract/names.ts';
import { AppError } from '../model/errors.ts';
import { asStorageError } from './storage-error.ts';

/** sockaddr_un holds 108 bytes, the last of them zero. */
const socketPathBytesMax = 107;
/** Kept free, so that longer socket names than a slot's fit as well. */
const socketPathHeadroomBytes = 16;

export interface DataDir {
  readonly path: string;
  readonly stateDb: string;
  readonly telemetryDb: string;
  readonly bundles: string;
  /** Static files: what each version has, and the files of each project. */
  readonly assets: AssetsDirs;
  readonly token: string;
  /** The master key, unless the settings name another place for it. */
  readonly masterKey: string;
  /** The key that versions are signed with, and its public half. */
  readonly signingKey: string;
  readonly publicKey: string;
  /** Sockets. They may be of processes that outlived the last control, so they are left as found. */
  readonly run: string;
  /** May be emptied at any time. */
  readonly cache: string;
  /** Lets another process have the directory. Stores in it are closed before. */
  close(): void;
}

export interface AssetsDirs {
  readonly manifests: string;
  /** A folder for each project. Instances see it, and read the files of the folder that they are told of. */
  readonly files: string;
}

/**
 * Opens the directory, creates what is missing in it, and holds it until `close()` or the process's end,
 * however it ends.
 *
 * @param path absolute.
 * @throws {AppError} SYS_002 for the person at the terminal: what is wrong with the directory, and what to do.
 */
export function openDataDir(path: string): DataDir {
  const run = join(path, 'run');
  refuseLongSocketPath(path, join(run, slotSocket(slotsMax - 1)));
  const subdirectories = { bundles: join(path, 'bundles'), run, cache: join(path, 'cache') };
  const assets = { manifests: join(path, 'assets/manifests'), files: join(path, 'assets/files') };
  makeDirectory(path);
  const lock = takeLock(path);
  try {
    for (const subdirectory of [
      ...Object.values(subdirectories),
      ...Object.values(assets),
      join(run, 'slots'),
    ]) {
      makeDirectory(subdirectory);
    }
    // Instances have a user of their own, to whom the folders above it are closed and this one is mounted.
    chmodSync(assets.files, 0o711);
    refuseLostState(join(path, 'state.db'), subdirectories.bundles);
    // Written on each start: this is also the check that the directory can be written and has room.
    const pidFile = join(path, 'lock.pid');
    writePid(pidFile, path);
    return {
      path,
      stateDb: join(path, 'state.db'),
      telemetryDb: join(path, 'telemetry.db'),
      token: join(path, 'token'),
      masterKey: join(path, 'master.key'),
      signingKey: join(path, 'signing-key.pem'),
      publicKey: join(path, 'signing-key.pub.pem'),
      ...subdirectories,
      assets,
      close: () => {
        // A second call must not remove the file of the next holder.
        if (!lock.isOpen) return;
        rmSync(pidFile, { force: true });
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * Bundles are written only by a platform that has a database. Without it a start would take the directory for a
 * new one, and end all that still runs.
 */
function refuseLostState(stateDb: string, bundles: string): void {
  if (existsSync(stateDb) || readdirSync(bundles).length === 0) return;
  throw new AppError(
    'SYS_002',
    `${stateDb} is missing, though ${bundles} holds bundles of functions: put the file back from a backup. To begin anew, set SELVEDGE_DATA to another directory, or remove all of this one.`,
  );
}

function refuseLongSocketPath(path: string, longest: string): void {
  const bytes = Buffer.byteLength(longest);
  const bytesMax = socketPathBytesMax - socketPathHeadroomBytes;
  if (bytes <= bytesMax) return;
  throw new AppError(
    'SYS_002',
    `The data directory's path is too long for sockets in it: ${longest} has ${bytes} bytes and may have ${bytesMax}. Set SELVEDGE_DATA to a path that is at least ${bytes - bytesMax} bytes shorter than ${path}.`,
  );
}

/** The modes of what exists are left alone: the directory may be one that other programs use too. */
function makeDirectory(path: string): void {
  try {
    makeWithParents(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new AppError(
        'SYS_002',
        `${path} is not a directory, or a part of its path is not: remove that file, or set SELVEDGE_DATA to another directory.`,
        {},
        error,
      );
    }
    throw asStorageError(error, path);
  }
  assertDirectory(path);
}

/**
 * As `recursive` of mkdirSync would, which never returns where a directory's own parent exists and yet answers
 * that it does not, as in /proc.
 */
function makeWithParents(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeWithParents(parent);
  mkdirSync(path, { mode: 0o700 });
}

function assertDirectory(path: string): void {
  if (statSync(path).isDirectory()) return;
  throw new AppError('SYS_002', `${path} is not a directory: remove it, or set SELVEDGE_DATA to another.`);
}

/**
 * Node has no flock, SQLite has: an exclusive transaction on a database of its own, never committed. The
 * kernel drops it when the process ends, be it by SIGKILL. Nothing else may open `lock.db` in this process:
 * closing any descriptor of a file drops all of a process's locks on it.
 */
function takeLock(path: string): DatabaseSync {
  const file = join(path, 'lock.db');
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    const sqliteBusy = 5;
    if ((error as { errcode?: number }).errcode !== sqliteBusy) throw asStorageError(error, file);
    throw new AppError(
      'SYS_002',
      `${path} is in use by ${holderOf(path)}: stop it first, or set SELVEDGE_DATA to another directory.`,
      {},
      error,
    );
  }
}

function holderOf(path: string): string {
  try {
    const pid = readFileSync(join(path, 'lock.pid'), 'utf8').trim();
    if (/^\d+$/.test(pid)) return `another Selvedge, process ${pid}`;
  } catch (error) {
    // The holder may not have written it yet. Anything else is told by the lock's own error.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw asStorageError(error, path);
  }
  return 'another Selvedge';
}

function writePid(file: string, path: string): void {
  try {
    const descriptor = openSync(file, 'w', 0o600);
    try {
      writeSync(descriptor, `${process.pid}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw asStorageError(error, path);
  }
}
