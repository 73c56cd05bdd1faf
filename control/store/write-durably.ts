// Writes a file so that it is there whole, or not at all, whatever dies in between.

import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asStorageError } from './storage-error.ts';

/** Ends the names of files that are still being written; one that is left over belongs to a dead write. */
export const PARTIAL_SUFFIX = '.partial';

/**
 * When this resolves, `path` holds `bytes` and survives a power loss. When it rejects, `path` is as before.
 *
 * @throws {AppError} SYS_002 with what to do.
 */
export async function writeDurably(path: string, bytes: Uint8Array | string, mode = 0o600): Promise<void> {
  const partial = `${path}.${randomBytes(6).toString('hex')}${PARTIAL_SUFFIX}`;
  try {
    const file = await open(partial, 'wx', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(partial, { force: true });
    throw asStorageError(error, path);
  }
}

/** A new name is only safe once its directory is on disk. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
