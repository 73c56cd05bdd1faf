// What a front has learned by checking credentials and keeps when the table changes: keys of issuers, keys that were
// imported, and verdicts about tokens. All of it is found by what it was made from, so that another rule finds nothing.

import type { Identity } from '../../auth/identity.ts';
import { JwksCache, type JwksClock } from '../../auth/jwt/jwks-cache.ts';
import type { JwtKey } from '../../auth/jwt/verify-jwt.ts';

/** Tokens whose verdict a front remembers. Beyond, all are forgotten, and are checked again. */
export const jwtVerdictsMax = 1000;
/** Issuers whose keys a front keeps. */
export const jwksIssuersMax = 256;
/** Rules that are told apart, and whose keys a front has imported. */
const rulesMax = 1000;

export interface JwtVerdict {
  readonly identity: Identity;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Of the issuer's keys. */
  readonly revision: number;
}

export const CLOCK: JwksClock = { now: Date.now, wait: (ms) => scheduler.wait(ms) };

export class AuthState {
  readonly #rules = new Map<string, number>();
  #rulesSeen = 0;
  readonly #issuers = new Map<string, JwksCache>();
  readonly #imported = new Map<number, readonly JwtKey[]>();
  readonly #verdicts = new Map<string, JwtVerdict>();

  issuer(url: string, clock: JwksClock = CLOCK): JwksCache {
    const known = this.#issuers.get(url);
    if (known) return known;
    if (this.#issuers.size >= jwksIssuersMax) this.#issuers.clear();
    const cache = new JwksCache(clock);
    this.#issuers.set(url, cache);
    return cache;
  }

  /** A number for a rule, the same as long as it says the same. */
  ruleNumber(text: string): number {
    const known = this.#rules.get(text);
    if (known !== undefined) return known;
    if (this.#rules.size >= rulesMax) {
      this.#rules.clear();
      this.#imported.clear();
    }
    this.#rulesSeen += 1;
    this.#rules.set(text, this.#rulesSeen);
    return this.#rulesSeen;
  }

  async imported(rule: number, make: () => Promise<readonly JwtKey[]>): Promise<readonly JwtKey[]> {
    const known = this.#imported.get(rule);
    if (known) return known;
    const keys = await make();
    this.#imported.set(rule, keys);
    return keys;
  }

  verdict(rule: number, token: string): JwtVerdict | undefined {
    return this.#verdicts.get(`${rule} ${token}`);
  }

  keep(rule: number, token: string, verdict: JwtVerdict): void {
    if (this.#verdicts.size >= jwtVerdictsMax) this.#verdicts.clear();
    this.#verdicts.set(`${rule} ${token}`, verdict);
  }
}
