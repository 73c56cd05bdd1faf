// The signing key at a start: read, or made; and every stored version has a signature of it afterwards, unless it
// fails the check against the key before.

import { AppError } from '../model/errors.ts';
import type { VersionRecord } from '../model/function.ts';
import type { Store } from '../store/store.ts';
import { makeNextKey, promoteNextKey, publishKey, readKeyFiles } from './key-files.ts';
import type { SigningKey } from './signing-key.ts';
import { signatureFault, signVersion } from './version-signature.ts';

export interface OpenSigningKeyOptions {
  readonly store: Pick<Store, 'transaction' | 'versions'>;
  /** Absolute path of the key's file, and of the public key's. */
  readonly path: string;
  readonly publicPath: string;
  readonly log: (message: string, details: object) => void;
}

/** @throws {AppError} SYS_002 when the key is gone though versions are signed, or its file cannot be used. */
export async function openSigningKey(options: OpenSigningKeyOptions): Promise<SigningKey> {
  const { store, path, publicPath, log } = options;
  const { current, next } = await readKeyFiles(path);
  if (current && !next) {
    await publishKey(publicPath, current);
    return current;
  }
  if (!next && (await store.versions.hasSigned())) throw lostKey(path);
  const key = next ?? (await makeNextKey(path));
  const counts = await signStored(store, key, current);
  await promoteNextKey(path);
  await publishKey(publicPath, key);
  if (counts.signed + counts.refused > 0 || current)
    log(current ? 'the signing key was changed' : 'versions of before there were signatures were signed', {
      ...counts,
      key: key.id,
    });
  return key;
}

/** Those that `before` did not sign stay as they are, and are refused when they are to start. */
async function signStored(
  store: Pick<Store, 'transaction'>,
  key: SigningKey,
  before: SigningKey | undefined,
): Promise<{ signed: number; refused: number }> {
  const counts = { signed: 0, refused: 0 };
  await store.transaction(async (tx) => {
    let last: VersionRecord | undefined;
    for (;;) {
      const page = await tx.versions.after(last);
      if (page.length === 0) return;
      for (const version of page) {
        if (before && signatureFault(before, version) !== undefined) {
          if (signatureFault(key, version) !== undefined) counts.refused += 1;
          continue;
        }
        await tx.versions.setSignature(version.functionId, version.id, signVersion(key, version));
        counts.signed += 1;
      }
      last = page.at(-1);
    }
  });
  return counts;
}

const lostKey = (path: string): AppError =>
  new AppError(
    'SYS_002',
    `${path} is missing, though versions are signed with the key that it held: put it back from a backup. Or have what is stored signed anew, as it is: openssl genpkey -algorithm ed25519 -out ${path}.next`,
  );
