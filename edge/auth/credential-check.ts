// Tells whether a token opens functions that are not public. The table holds SHA-256 digests only, so a
// look-up by digest compares nothing that a client's timing could reveal.

/** Tokens whose verdict is remembered. Beyond, all are forgotten; that costs a digest each, nothing more. */
export const verdictsRememberedMax = 1000;
/** Longer ones are no token of ours and are not worth a digest. */
export const tokenLengthMax = 4096;

export class CredentialCheck {
  #digests: ReadonlySet<string> = new Set();
  readonly #verdicts = new Map<string, boolean>();

  /** Takes the table's digests; every verdict made by the earlier ones is forgotten. */
  replace(digests: readonly string[]): void {
    this.#digests = new Set(digests);
    this.#verdicts.clear();
  }

  /** The remembered verdict; undefined if the token must be looked at first. */
  known(token: string): boolean | undefined {
    return token.length > tokenLengthMax ? false : this.#verdicts.get(token);
  }

  async opens(token: string): Promise<boolean> {
    const known = this.known(token);
    if (known !== undefined) return known;
    const digest = await sha256(token);
    // Judged after the wait and by the digests of now, which may be newer than those at its beginning.
    const verdict = this.#digests.has(digest);
    if (this.#verdicts.size >= verdictsRememberedMax) this.#verdicts.clear();
    this.#verdicts.set(token, verdict);
    return verdict;
  }
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
