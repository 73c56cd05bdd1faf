// Seals what rules name of secrets for the routing table, under a key that control and the fronts have in memory and
// nobody has on disk: it is derived from the platform's data key, which the master key wraps.
//
// The same text of the same function is sealed to the same text, as the nonce is a keyed hash of it: otherwise each
// message to the fronts would have another one, and what they have made of it would be void. So whoever sees two
// tables learns whether a value was changed, and nothing else.

import { createCipheriv, createHmac } from 'node:crypto';
import { type RuleKeys, SEALED_NONCE_BYTES, SEALED_PREFIX } from '../../edge/contract/rule-secret.ts';
import type { Vault } from './vault.ts';

export class RuleKey {
  readonly #sealing: Buffer;
  readonly #nonces: Buffer;
  /** Signs URLs. */
  readonly urls: Buffer;
  /** Signs previews of variants. */
  readonly previews: Buffer;

  constructor(vault: Pick<Vault, 'platformMark'>) {
    // A mark is a keyed hash of 32 bytes, in hex: a key of its own for each name.
    this.#sealing = Buffer.from(vault.platformMark('key of rules', 'sealing'), 'hex');
    this.#nonces = Buffer.from(vault.platformMark('key of rules', 'nonces'), 'hex');
    this.urls = Buffer.from(vault.platformMark('key of rules', 'urls'), 'hex');
    this.previews = Buffer.from(vault.platformMark('key of rules', 'previews'), 'hex');
  }

  get forFronts(): RuleKeys {
    const [secrets, urls, previews] = [this.#sealing, this.urls, this.previews].map((key) =>
      key.toString('base64'),
    ) as [string, string, string];
    return { secrets, urls, previews };
  }

  seal(functionId: string, text: string): string {
    const nonce = createHmac('sha256', this.#nonces)
      .update(JSON.stringify([functionId, text]))
      .digest()
      .subarray(0, SEALED_NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce);
    const sealed = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return SEALED_PREFIX + Buffer.concat(sealed).toString('base64url');
  }
}
