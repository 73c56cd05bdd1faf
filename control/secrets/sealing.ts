// AES-256-GCM as Selvedge uses it. A sealed text is "v1." and, in base64url, nonce, ciphertext and tag.
//
// The nonce is random. With 96 bits one key may seal some 2^32 texts before two nonces are likely enough to meet;
// a data key seals the secrets of one project, a master key the data keys.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export const KEY_BYTES = 32;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1.';

/** The text was changed, or belongs elsewhere, or was sealed under another key: the cipher can't tell which. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

/** `place` is not in the result. The same one must be given to open it, so that a text moved elsewhere is refused. */
export function sealBytes(key: Uint8Array, place: readonly string[], bytes: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(placeBytes(place));
  const sealed = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  return VERSION + sealed.toString('base64url');
}

/** @throws {UnsealError} */
export function openBytes(key: Uint8Array, place: readonly string[], sealed: string): Buffer {
  if (!sealed.startsWith(VERSION)) throw new UnsealError(`it does not begin with "${VERSION}"`);
  const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new UnsealError('it is too short');
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(placeBytes(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new UnsealError('it was changed, moved, or sealed under another key', { cause });
  }
}

/** As JSON, so that ["a", "bc"] is not ["ab", "c"]. */
const placeBytes = (place: readonly string[]): Buffer => Buffer.from(JSON.stringify(place), 'utf8');
