// A project's data key, and what it does: it seals the project's secrets, and makes the marks that stand for a value
// where only "the same or another" matters.

import { createHmac, hkdfSync } from 'node:crypto';
import { KEY_BYTES, openBytes, sealBytes } from './sealing.ts';

export class DataKey {
  readonly #project: string;
  readonly #bytes: Uint8Array;
  readonly #marking: Uint8Array;

  constructor(project: string, bytes: Uint8Array) {
    this.#project = project;
    this.#bytes = bytes;
    // Not the sealing key itself: each key has one use.
    this.#marking = new Uint8Array(hkdfSync('sha256', bytes, '', 'selvedge marks', KEY_BYTES));
  }

  seal(name: string, text: string): string {
    return sealBytes(this.#bytes, [this.#project, name], Buffer.from(text, 'utf8'));
  }

  /** @throws {UnsealError} */
  open(name: string, sealed: string): string {
    return openBytes(this.#bytes, [this.#project, name], sealed).toString('utf8');
  }

  /**
   * The same for the same value, and nobody without the key can find out by trying whether a value has it. It stays
   * when the master key is rotated.
   */
  mark(name: string, text: string): string {
    return createHmac('sha256', this.#marking)
      .update(JSON.stringify([name, text]))
      .digest('hex');
  }
}
