// Reads a grant and checks that control has signed it.

import { type Grant, splitGrant } from '../contract/grant.ts';
import { PlatformError } from '../dispatch/platform-error.ts';

/** Grants whose signature is remembered. Beyond, all are forgotten. */
export const grantsRememberedMax = 1000;

export class Grants {
  readonly #opened = new Map<string, Grant>();
  #key: Promise<CryptoKey> | undefined;

  /** @throws {PlatformError} FN_009 for what control has not signed. */
  async open(text: string, secret: string): Promise<Grant> {
    const known = this.#opened.get(text);
    if (known) return known;
    const { payload, signature } = splitGrant(text);
    this.#key ??= crypto.subtle.importKey('raw', bytesOf(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ]);
    const signed = new TextEncoder().encode(payload);
    if (!(await crypto.subtle.verify('HMAC', await this.#key, bytesOf(signature), signed)))
      throw new PlatformError(
        'FN_009',
        403,
        'What this binding leads to was not signed by this installation: deploy the function again.',
      );
    const grant = JSON.parse(new TextDecoder().decode(bytesOf(payload))) as Grant;
    if (this.#opened.size >= grantsRememberedMax) this.#opened.clear();
    this.#opened.set(text, grant);
    return grant;
  }
}

/** Of base64 in either alphabet. */
function bytesOf(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  } catch {
    return new Uint8Array(); // No signature fits it.
  }
}
