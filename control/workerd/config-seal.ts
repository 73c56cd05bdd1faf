// Authenticates the compiled configs that are kept on disk. What ends such a file is no plain digest, which whoever
// changed the file would make anew, but one under a key that only this installation has.

import { createHmac, timingSafeEqual } from 'node:crypto';

export const SEAL_BYTES = 32;

export class ConfigSeal {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The name is sealed too, so that no file can stand for another. */
  of(name: string, bytes: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(`${name}\n`).update(bytes).digest();
  }

  fits(name: string, bytes: Uint8Array, seal: Uint8Array): boolean {
    return seal.length === SEAL_BYTES && timingSafeEqual(this.of(name, bytes), seal);
  }
}
