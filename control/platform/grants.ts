// Writes and signs what a function may reach through its bindings; see edge/contract/grant.ts.

import { createHmac } from 'node:crypto';
import { type Grant, joinGrant } from '../../edge/contract/grant.ts';

export class Grants {
  readonly #key: Buffer;

  /** `key` is in base64. */
  constructor(key: string) {
    this.#key = Buffer.from(key, 'base64');
  }

  /** The same grant is the same text, so that a version's config stays what it is. */
  sign(grant: Grant): string {
    const payload = Buffer.from(JSON.stringify(grant)).toString('base64url');
    return joinGrant(payload, createHmac('sha256', this.#key).update(payload).digest('base64url'));
  }
}
