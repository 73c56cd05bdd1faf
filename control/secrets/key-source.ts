// Where the master key comes from, and how it is read there.

import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../model/errors.ts';
import { writeDurably } from '../store/write-durably.ts';
import { type MasterKey, masterKeyText, newMasterKey, parseMasterKey } from './master-key.ts';
import { runKeyCommand } from './run-key-command.ts';

export type KeySource =
  /** SELVEDGE_MASTER_KEY. */
  | { readonly kind: 'environment'; readonly key: string }
  /** SELVEDGE_MASTER_KEY_FILE; `ours` is the one in the data directory, which is made at the first start. */
  | { readonly kind: 'file'; readonly path: string; readonly ours: boolean }
  /** SELVEDGE_MASTER_KEY_COMMAND. */
  | { readonly kind: 'command'; readonly command: string };

const NEEDED = '32 bytes in base64, as `openssl rand -base64 32` prints them';

/** For messages. */
export function nameOfSource(source: KeySource): string {
  if (source.kind === 'environment') return 'the setting SELVEDGE_MASTER_KEY';
  if (source.kind === 'command') return 'what SELVEDGE_MASTER_KEY_COMMAND prints';
  return source.ours ? source.path : `${source.path} (SELVEDGE_MASTER_KEY_FILE)`;
}

/**
 * Undefined for a file that is not there.
 *
 * @throws {AppError} SYS_001 or SYS_002 for what cannot be read or is no key. Its content is never told.
 */
export async function readMasterKey(source: KeySource): Promise<MasterKey | undefined> {
  const text =
    source.kind === 'environment'
      ? source.key
      : source.kind === 'command'
        ? await runKeyCommand(source.command)
        : await readKeyFile(source.path);
  if (text === undefined) return undefined;
  const key = parseMasterKey(text);
  if (key) return key;
  const cure =
    source.kind === 'file'
      ? 'put the file back from a backup'
      : source.kind === 'command'
        ? 'see what the command prints'
        : 'set it to such a key';
  throw new AppError(
    'SYS_001',
    `The master key must be ${NEEDED}, and ${nameOfSource(source)} is not: ${cure}.`,
  );
}

/** Where the next key is while the file is switched over. */
export const nextPath = (path: string): string => `${path}.next`;

export async function readKeyFile(path: string): Promise<string | undefined> {
  try {
    await refuseOpenFile(path);
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof AppError) throw error;
    throw new AppError(
      'SYS_002',
      `The master key's file ${path} can't be read (${(error as NodeJS.ErrnoException).code ?? String(error)}): make it readable to the user that runs Selvedge, and to nobody else.`,
      {},
      error,
    );
  }
}

async function refuseOpenFile(path: string): Promise<void> {
  const mode = (await stat(path)).mode & 0o777;
  if ((mode & 0o007) === 0) return;
  throw new AppError(
    'SYS_002',
    `Every user of this machine may read or write the master key's file ${path} (its mode is ${mode.toString(8)}): chmod it to 600. If others may have read it, rotate the master key then.`,
  );
}

/** The first key of a platform that was given none. */
export async function makeKeyFile(path: string): Promise<MasterKey> {
  const key = newMasterKey();
  await writeKeyFile(path, key);
  return key;
}

export const writeKeyFile = (path: string, key: MasterKey): Promise<void> =>
  writeDurably(path, `${masterKeyText(key)}\n`, 0o600);
