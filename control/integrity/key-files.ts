// The signing key's files. A key is written under the name `….next` first, and takes its proper name only when
// every version has its signature: a start that is killed in between goes on where it was, and no version that
// comes to be unsigned later is taken for one of before there were signatures.
//
// The same serves to change the key: put a new one at `….next` and start.

import { chmod, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../model/errors.ts';
import { asStorageError } from '../store/storage-error.ts';
import { syncDirectory, writeDurably } from '../store/write-durably.ts';
import { SigningKey } from './signing-key.ts';

const MODE = 0o600;
const PUBLIC_MODE = 0o644;

export interface KeyFiles {
  readonly current: SigningKey | undefined;
  /** Is to take its place. */
  readonly next: SigningKey | undefined;
}

const nextOf = (path: string): string => `${path}.next`;

/** @throws {AppError} SYS_002 when a file is there that holds no such key, or that cannot be read. */
export async function readKeyFiles(path: string): Promise<KeyFiles> {
  return { current: await readKey(path), next: await readKey(nextOf(path)) };
}

export async function makeNextKey(path: string): Promise<SigningKey> {
  const key = SigningKey.generate();
  await writeDurably(nextOf(path), key.toPem(), MODE);
  return key;
}

/** When it resolves, the next key is the current one. */
export async function promoteNextKey(path: string): Promise<void> {
  try {
    await rename(nextOf(path), path);
    await syncDirectory(dirname(path));
  } catch (error) {
    throw asStorageError(error, path);
  }
}

/** For who verifies signatures elsewhere. */
export async function publishKey(path: string, key: SigningKey): Promise<void> {
  const known = await readIfThere(path);
  if (known !== key.publicKey) await writeDurably(path, key.publicKey, PUBLIC_MODE);
}

async function readKey(path: string): Promise<SigningKey | undefined> {
  const pem = await readIfThere(path);
  if (pem === undefined) return undefined;
  const key = SigningKey.parse(pem);
  if (key === undefined)
    throw new AppError(
      'SYS_002',
      `${path} must hold an Ed25519 private key in PEM, and does not: put it back from a backup. "openssl genpkey -algorithm ed25519" makes a new one; put that at ${path}.next, and take ${path} away, to have what is stored signed anew as it is.`,
    );
  // A copy or a restore may have opened it to others.
  try {
    if (((await stat(path)).mode & 0o777) !== MODE) await chmod(path, MODE);
  } catch (error) {
    throw asStorageError(error, path);
  }
  return key;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw asStorageError(error, path);
  }
}
