// Finds the master key and opens the vault at control's start. A key that does not fit stops the start: what can't be
// opened now could not be opened at a deploy either, when it is too late to look for the right one.
//
// Each data key names the master key that opens it. So it is known which of these is the case:
//
//   - there are no data keys: the platform is new, or of before there were secrets of this kind;
//   - the key fits: and a next one beside its file was never put to use;
//   - the next one beside its file fits: a rotation was cut short behind its commit, and is finished here;
//   - the previous one fits (SELVEDGE_MASTER_KEY_PREVIOUS): all are wrapped again, with the key of now.

import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../model/errors.ts';
import type { Store } from '../store/store.ts';
import { syncDirectory } from '../store/write-durably.ts';
import {
  type KeySource,
  makeKeyFile,
  nameOfSource,
  nextPath,
  readKeyFile,
  readMasterKey,
} from './key-source.ts';
import { type MasterKey, parseMasterKey } from './master-key.ts';
import { Vault } from './vault.ts';

export interface OpenVaultOptions {
  readonly store: Pick<Store, 'dataKeys' | 'transaction'>;
  readonly source: KeySource;
  /** SELVEDGE_MASTER_KEY_PREVIOUS. */
  readonly previous: string | undefined;
}

export interface OpenedVault {
  readonly vault: Vault;
  /** The key was made just now, in this file: time to make a copy of it. */
  readonly madeIn: string | undefined;
  /** The previous key fitted, and the one of now fits from now on. */
  readonly rewrapped: boolean;
}

/** @throws {AppError} SYS_001 or SYS_002 for the person at the terminal: which key is missing, and what to do. */
export async function openVault({ store, source, previous }: OpenVaultOptions): Promise<OpenedVault> {
  const old = previous === undefined ? undefined : previousKey(previous);
  const needed = (await store.dataKeys.all())[0]?.masterKey;
  const given = await readMasterKey(source);
  if (needed === undefined) {
    if (given) return opened(await Vault.open(store, given));
    if (source.kind !== 'file' || !source.ours) throw missing(source);
    return { ...opened(await Vault.open(store, await makeKeyFile(source.path))), madeIn: source.path };
  }
  if (given?.id === needed) {
    if (source.kind === 'file') await rm(nextPath(source.path), { force: true });
    return opened(await Vault.open(store, given));
  }
  const next = source.kind === 'file' ? await nextKey(source.path) : undefined;
  if (next?.id === needed && source.kind === 'file') {
    await switchKeyFile(source.path);
    return opened(await Vault.open(store, next));
  }
  if (given && old?.id === needed) {
    const vault = await Vault.open(store, old);
    const nothing = async (): Promise<void> => undefined;
    await vault.rewrap({ next: async () => given, alongside: nothing, switchOver: nothing });
    return { ...opened(vault), rewrapped: true };
  }
  throw given ? unfit(source, given, needed) : lost(source, needed);
}

/** The last step of a rotation. Once the name leads to the new key, the old one is nowhere. */
export async function switchKeyFile(path: string): Promise<void> {
  await rename(nextPath(path), path);
  await syncDirectory(dirname(path));
}

const opened = (vault: Vault): OpenedVault => ({ vault, madeIn: undefined, rewrapped: false });

async function nextKey(path: string): Promise<MasterKey | undefined> {
  const text = await readKeyFile(nextPath(path));
  return text === undefined ? undefined : parseMasterKey(text);
}

function previousKey(text: string): MasterKey {
  const key = parseMasterKey(text);
  if (key) return key;
  throw new AppError(
    'SYS_001',
    'SELVEDGE_MASTER_KEY_PREVIOUS is no key: it must be 32 bytes in base64, the key that was in use before.',
  );
}

const missing = (source: KeySource): AppError =>
  new AppError(
    'SYS_002',
    `The master key's file ${nameOfSource(source)} is not there: make it with \`openssl rand -base64 32\`, with mode 600, or unset SELVEDGE_MASTER_KEY_FILE.`,
  );

const lost = (source: KeySource, needed: string): AppError =>
  new AppError(
    'SYS_002',
    `The master key's file ${nameOfSource(source)} is not there, and the secrets in state.db are sealed with its key (${needed}): put it back from a backup. Without it they can't be opened by anybody.`,
  );

const unfit = (source: KeySource, given: MasterKey, needed: string): AppError =>
  new AppError(
    'SYS_001',
    `The master key of ${nameOfSource(source)} is ${given.id}, and the secrets in state.db are sealed with ${needed}: give the right one (SELVEDGE_MASTER_KEY, SELVEDGE_MASTER_KEY_FILE or SELVEDGE_MASTER_KEY_COMMAND), or, if the key was replaced, the one of before as SELVEDGE_MASTER_KEY_PREVIOUS beside it. Nothing was changed.`,
  );
