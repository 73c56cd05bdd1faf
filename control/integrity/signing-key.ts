// The installation's Ed25519 key: it signs each version at its deploy, and tells before each start that the version
// is still what was signed. Keys for other checks of what lies on disk are derived from it.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** Digits of a key's id. It only says which key made a signature; the signature itself proves it. */
const KEY_ID_DIGITS = 16;
const DERIVED_BYTES = 32;
/** `<key id>.<signature in base64url>` */
const SIGNATURE = /^([0-9a-f]{16})\.([A-Za-z0-9_-]{86})$/;

export class SigningKey {
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  /** First digits of the SHA-256 of the public key (SPKI, DER). */
  readonly id: string;
  /** PEM, as `openssl` reads it. */
  readonly publicKey: string;

  private constructor(key: KeyObject) {
    this.#private = key;
    this.#public = createPublicKey(key);
    const der = this.#public.export({ type: 'spki', format: 'der' });
    this.id = createHash('sha256').update(der).digest('hex').slice(0, KEY_ID_DIGITS);
    this.publicKey = this.#public.export({ type: 'spki', format: 'pem' }).toString();
  }

  static generate(): SigningKey {
    return new SigningKey(generateKeyPairSync('ed25519').privateKey);
  }

  /** Undefined for a text that is no Ed25519 private key in PEM. */
  static parse(pem: string): SigningKey | undefined {
    let key: KeyObject;
    try {
      key = createPrivateKey(pem);
    } catch {
      // What is wrong with it is not said: the words of OpenSSL help nobody, and must not hold a part of the key.
      return undefined;
    }
    return key.asymmetricKeyType === 'ed25519' ? new SigningKey(key) : undefined;
  }

  /** What the key's file holds. */
  toPem(): string {
    return this.#private.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  sign(text: string): string {
    return `${this.id}.${sign(null, Buffer.from(text), this.#private).toString('base64url')}`;
  }

  verify(text: string, signature: string): 'valid' | 'invalid' | 'other key' {
    const [, keyId, bytes = ''] = SIGNATURE.exec(signature) ?? [];
    if (keyId === undefined) return 'invalid';
    if (keyId !== this.id) return 'other key';
    const given = Buffer.from(bytes, 'base64url');
    // The last character has bits to spare: of all texts that mean the same bytes, one is a signature.
    if (given.toString('base64url') !== bytes) return 'invalid';
    return verify(null, Buffer.from(text), this.#public, given) ? 'valid' : 'invalid';
  }

  /** A secret of its own for each purpose, the same at each start. */
  derive(purpose: string): Buffer {
    const secret = this.#private.export({ type: 'pkcs8', format: 'der' });
    return Buffer.from(hkdfSync('sha256', secret, '', `selvedge ${purpose}`, DERIVED_BYTES));
  }
}
