// The owner's API token, kept in the data directory.

import { chmod, readFile, stat } from 'node:fs/promises';
import { AppError } from '../model/errors.ts';
import type { DataDir } from './data-dir.ts';
import { newToken } from './new-id.ts';
import { asStorageError } from './storage-error.ts';
import { writeDurably } from './write-durably.ts';

const MODE = 0o600;
/** The same as SELVEDGE_TOKEN must be. */
const TOKEN = /^[\x21-\x7e]{16,256}$/;

export interface OwnerToken {
  readonly token: string;
  /** True when it was made just now: the one time that it is printed. */
  readonly created: boolean;
}

/**
 * `given` (SELVEDGE_TOKEN) wins and is not written down; then the file; then a new one is made and kept.
 *
 * @throws {AppError} SYS_002 when the file holds no token, or cannot be read or written.
 */
export async function readOrCreateToken(
  dataDir: Pick<DataDir, 'token'>,
  given?: string,
): Promise<OwnerToken> {
  if (given !== undefined) return { token: given, created: false };
  const kept = await readToken(dataDir.token);
  if (kept !== undefined) return { token: kept, created: false };
  const token = newToken();
  await writeDurably(dataDir.token, `${token}\n`, MODE);
  return { token, created: true };
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    const token = (await readFile(path, 'utf8')).trim();
    if (!TOKEN.test(token)) {
      throw new AppError(
        'SYS_002',
        `${path} must hold 16 to 256 printable characters without spaces, and does not: put the token back, or remove the file to have a new one made.`,
      );
    }
    // A copy or a restore may have opened it to others.
    if (((await stat(path)).mode & 0o777) !== MODE) await chmod(path, MODE);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw asStorageError(error, path);
  }
}
