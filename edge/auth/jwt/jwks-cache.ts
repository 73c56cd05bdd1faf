// The keys of one issuer, as its JWKS address lists them: kept for a time, asked for again behind the requests that go
// on with the old ones, and at once for a key that is not among them, but not more often than every so many seconds,
// for whoever sends a token with a made-up key id would have us ask the issuer as often as he likes.
//
//   fresh      younger than max age: used
//   old        used while it is asked for again, until max age and stale time have passed
//   too old    nothing is let in by it
//
// Requests that wait for another one's answer wait by the clock: a client that leaves takes its promises with it.

import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** Between two questions because of a key that is not in the list, or after one that failed. */
export const jwksPauseMs = 5000;
/** A failure is followed by the next try sooner where there are no keys at all. */
export const jwksFirstPauseMs = 2000;
/** From the question to its whole answer. */
export const jwksTimeoutMs = 5000;
const waitStepMs = 10;

/** @throws {Error} in words for the log. */
export type AskForKeys = () => Promise<JSONWebKeySet>;

export interface JwksTimes {
  readonly maxAgeMs: number;
  readonly staleMs: number;
}

interface Kept {
  readonly find: JWTVerifyGetKey;
  readonly text: string;
  readonly at: number;
}

export interface JwksClock {
  now(): number;
  wait(ms: number): Promise<unknown>;
}

export class JwksCache {
  readonly #clock: JwksClock;
  #kept: Kept | undefined;
  /** Grows when other keys have come, so that what was decided by the old ones is void. */
  #revision = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #answered = true;
  #failure: string | undefined;

  constructor(clock: JwksClock) {
    this.#clock = clock;
  }

  /** Why there are no keys, for the log and the trace. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Undefined while nothing may be decided by what is kept. */
  revision({ maxAgeMs, staleMs }: JwksTimes): number | undefined {
    return this.#kept && this.#age() <= maxAgeMs + staleMs ? this.#revision : undefined;
  }

  /** Whether it is time to ask again, which need not be waited for. */
  isOld({ maxAgeMs }: JwksTimes): boolean {
    return this.#kept !== undefined && this.#age() > maxAgeMs && this.#mayAsk();
  }

  /** The keys that are kept; undefined if there are none that may be used. */
  keys(times: JwksTimes): JWTVerifyGetKey | undefined {
    return this.revision(times) === undefined ? undefined : this.#kept?.find;
  }

  /** The keys, asked for if there are none that may be used. */
  async keysNow(times: JwksTimes, ask: AskForKeys): Promise<JWTVerifyGetKey | undefined> {
    if (!this.keys(times)) await this.refresh(ask);
    return this.keys(times);
  }

  /** For a key that is not in the list. True if other keys have come. */
  async askForMore(ask: AskForKeys): Promise<boolean> {
    const before = this.#revision;
    await this.refresh(ask);
    return this.#revision !== before;
  }

  /** Asks, unless that was done a moment ago; waits for whoever asks already. Never rejects. */
  async refresh(ask: AskForKeys): Promise<void> {
    if (this.#asking) {
      while (this.#asking) await this.#clock.wait(waitStepMs);
      return;
    }
    if (!this.#mayAsk()) return;
    this.#askedAt = this.#clock.now();
    this.#answered = false;
    try {
      this.#take(await ask());
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
    } finally {
      this.#answered = true;
    }
  }

  /** Whoever asks may be gone with his request, and then nobody says that it is over. */
  get #asking(): boolean {
    return !this.#answered && this.#clock.now() - this.#askedAt < jwksTimeoutMs;
  }

  #take(set: JSONWebKeySet): void {
    const text = JSON.stringify(set);
    const same = text === this.#kept?.text;
    this.#kept = {
      find: same && this.#kept ? this.#kept.find : createLocalJWKSet(set),
      text,
      at: this.#clock.now(),
    };
    if (!same) this.#revision += 1;
  }

  #mayAsk(): boolean {
    const since = this.#clock.now() - this.#askedAt;
    return since >= (this.#kept ? jwksPauseMs : jwksFirstPauseMs) || since < 0;
  }

  #age(): number {
    return this.#clock.now() - (this.#kept?.at ?? Number.NEGATIVE_INFINITY);
  }
}
