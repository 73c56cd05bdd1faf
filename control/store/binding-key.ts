// The key with which control signs what functions may reach through their bindings. Fronts have it in their config, so
// it stays the same as long as the data directory does: what runs goes on when control starts again.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../model/errors.ts';
import type { DataDir } from './data-dir.ts';
import { asStorageError } from './storage-error.ts';
import { writeDurably } from './write-durably.ts';

const KEY_BYTES = 32;
const MODE = 0o600;

/** In base64. @throws {AppError} SYS_002 when the file holds no key, or cannot be read or written. */
export async function readOrCreateBindingKey(dataDir: Pick<DataDir, 'path'>): Promise<string> {
  const path = join(dataDir.path, 'binding-key');
  try {
    const key = (await readFile(path, 'utf8')).trim();
    if (Buffer.from(key, 'base64').length !== KEY_BYTES)
      throw new AppError(
        'SYS_002',
        `${path} must hold ${KEY_BYTES} bytes in base64, and does not: put the file back, or remove it to have a new key made.`,
      );
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw asStorageError(error, path);
  }
  const key = randomBytes(KEY_BYTES).toString('base64');
  await writeDurably(path, `${key}\n`, MODE);
  return key;
}
