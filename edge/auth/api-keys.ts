// Keys of a function's visitors, as the table has them: by the SHA-256 of their tokens, so that a look-up compares
// nothing that a client's timing could reveal. Fronts tell control of those that were used.

import type { ApiKeyEntry } from '../contract/routing-table.ts';
import { digestOf, hexOf } from './same-text.ts';

/** How tokens of visitors' keys look: `svk_` and 40 letters and digits. */
export const API_KEY_FORM = /^svk_[0-9A-Za-z]{40}$/;
/** Tokens that are remembered with what they are. Beyond, all are forgotten. */
export const apiKeysRememberedMax = 1000;
/** A key in use is told to control once in this time. */
const usedEveryMs = 60_000;

export interface ApiKey extends ApiKeyEntry {
  readonly digest: string;
}

export class ApiKeys {
  readonly #entries = new Map<string, ApiKeyEntry>();
  /** By token: the digest, which never changes. */
  readonly #digests = new Map<string, string>();
  readonly #usedAt = new Map<string, number>();
  readonly #used = new Set<string>();

  /** Takes the table's keys in place of all. */
  replace(entries: Readonly<Record<string, ApiKeyEntry>>): void {
    this.#entries.clear();
    this.apply(entries, []);
    for (const digest of this.#usedAt.keys()) if (!this.#entries.has(digest)) this.#usedAt.delete(digest);
  }

  apply(set: Readonly<Record<string, ApiKeyEntry>>, removed: readonly string[]): void {
    for (const [digest, entry] of Object.entries(set)) this.#entries.set(digest, entry);
    for (const digest of removed) {
      this.#entries.delete(digest);
      this.#usedAt.delete(digest);
    }
  }

  /** Undefined for a token of no key. Judged by the keys of now, also after the wait for the digest. */
  async find(token: string): Promise<ApiKey | undefined> {
    if (!API_KEY_FORM.test(token)) return undefined;
    const digest = this.#digests.get(token) ?? (await this.#digestOf(token));
    const entry = this.#entries.get(digest);
    return entry && { ...entry, digest };
  }

  /** It has let somebody in. */
  use({ digest }: ApiKey, now: number): void {
    if (now - (this.#usedAt.get(digest) ?? Number.NEGATIVE_INFINITY) < usedEveryMs) return;
    this.#usedAt.set(digest, now);
    this.#used.add(digest);
  }

  /** Digests of what was used and not told yet. */
  takeUsed(): string[] {
    const used = [...this.#used];
    this.#used.clear();
    return used;
  }

  async #digestOf(token: string): Promise<string> {
    const digest = hexOf(await digestOf(token));
    if (this.#digests.size >= apiKeysRememberedMax) this.#digests.clear();
    this.#digests.set(token, digest);
    return digest;
  }
}
