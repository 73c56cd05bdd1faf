// Gives all data keys another master key while everything runs. Secrets are not touched: they are sealed with data
// keys, and those stay.
//
// A key in a file, three steps, each of which is whole or did not happen:
//
//   1. the new key is written beside the file, as `<file>.next`;
//   2. all data keys are wrapped with it, in one transaction;
//   3. `<file>.next` takes the name of the file.
//
// Whenever control dies, one of the two files has the key that the data keys name: `openVault` finds out which.

import { AppError } from '../model/errors.ts';
import type { Repositories } from '../store/store.ts';
import { type KeySource, nextPath, readMasterKey, writeKeyFile } from './key-source.ts';
import { type MasterKey, newMasterKey } from './master-key.ts';
import { switchKeyFile } from './open-vault.ts';
import type { Vault } from './vault.ts';

export interface Rotation {
  readonly source: 'file' | 'command';
  /** Ids of the keys. */
  readonly from: string;
  readonly to: string;
  readonly dataKeys: number;
}

export interface RotateOptions {
  readonly vault: Vault;
  readonly source: KeySource;
  /** In the same transaction. */
  readonly alongside: (tx: Repositories, rotation: Rotation) => Promise<void>;
  /** Replaced by a test that dies in between. */
  readonly steps?: Pick<typeof fileSteps, 'writeKeyFile' | 'switchKeyFile'>;
}

const fileSteps = { writeKeyFile, switchKeyFile };

/** @throws {AppError} FN_006 where the key is not ours to replace; SYS_001 or SYS_002 for a source that fails. */
export async function rotateMasterKey({
  vault,
  source,
  alongside,
  steps = fileSteps,
}: RotateOptions): Promise<Rotation> {
  if (source.kind === 'environment') throw notOurs();
  const rotation = await vault.rewrap({
    next: () => (source.kind === 'file' ? nextInFile(vault, source, steps) : nextOfCommand(vault, source)),
    alongside: (tx, change) => alongside(tx, { ...change, source: source.kind }),
    switchOver: async () => {
      if (source.kind === 'file') await steps.switchKeyFile(source.path);
    },
  });
  return { ...rotation, source: source.kind };
}

async function nextInFile(
  vault: Vault,
  source: KeySource & { readonly kind: 'file' },
  steps: Pick<typeof fileSteps, 'writeKeyFile' | 'switchKeyFile'>,
): Promise<MasterKey> {
  const given = await readMasterKey(source);
  if (given && given.id !== vault.masterKeyId) {
    // The last step of an earlier rotation failed: until it is done, the next file has the only copy of the key.
    const left = await readMasterKey({ ...source, path: nextPath(source.path) });
    if (left?.id !== vault.masterKeyId) throw replaced(source.path, given, vault.masterKeyId);
    await steps.switchKeyFile(source.path);
  }
  const next = newMasterKey();
  await steps.writeKeyFile(nextPath(source.path), next);
  return next;
}

async function nextOfCommand(vault: Vault, source: KeySource): Promise<MasterKey> {
  const next = await readMasterKey(source);
  if (next && next.id !== vault.masterKeyId) return next;
  throw new AppError(
    'FN_006',
    `SELVEDGE_MASTER_KEY_COMMAND prints the key that is in use, ${vault.masterKeyId}: make a new one in the key store first, then rotate.`,
    { status: 409 },
  );
}

const notOurs = (): AppError =>
  new AppError(
    'FN_006',
    'The master key is given by SELVEDGE_MASTER_KEY, which nobody can change while Selvedge runs: start it again with the new key as SELVEDGE_MASTER_KEY and this one as SELVEDGE_MASTER_KEY_PREVIOUS. Functions go on meanwhile if it is ended with SIGUSR2.',
    { status: 409 },
  );

const replaced = (path: string, given: MasterKey, used: string): AppError =>
  new AppError(
    'SYS_001',
    `${path} holds the master key ${given.id}, and ${used} is in use: somebody has replaced the file. Put the old one back, then rotate.`,
  );
