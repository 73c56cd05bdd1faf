// What this front may take of a function's rate limit. The limit holds over all fronts, so control counts, and a
// front takes requests only with control's leave: a lease for the request that is there, and for some more where
// many come. A refusal is remembered until the time that control named, so that a flood beyond the limit costs
// control nothing.

import type { LeaseAnswer } from '../contract/front-api.ts';

/** A lease is at most this share of the limit, so that what a front does not use up is hardly missed. */
const leaseShareMax = 0.01;
/** One hundredth of the highest limit that there can be. */
const leaseSizeMax = 10_000;
/** Control that did not answer is not asked again before. */
export const controlAvoidedMs = 1000;

export class RateLease {
  #left = 0;
  #leaseEndsAt = 0;
  /** Of the next lease; doubled when one was used up in its time, 1 again when one was not. */
  #size = 1;
  #refusedUntil = 0;
  #aloneUntil = 0;
  #aloneWindowAt = 0;
  #aloneTaken = 0;

  /** Takes one of the requests that control has given leave for. */
  take(now: number): boolean {
    if (this.#left === 0) return false;
    if (now >= this.#leaseEndsAt) {
      this.#left = 0;
      this.#size = 1;
      return false;
    }
    this.#left -= 1;
    return true;
  }

  /** How long control's refusal still stands; 0 when there is none. */
  refusedMs(now: number): number {
    return Math.max(0, this.#refusedUntil - now);
  }

  /** How many to ask for. */
  want(requests: number): number {
    return Math.max(1, Math.min(this.#size, Math.floor(requests * leaseShareMax)));
  }

  /** Takes over an answer, and one request of it: true when it may go on. */
  settle({ granted, forMs }: LeaseAnswer, now: number): boolean {
    this.#aloneUntil = 0;
    if (granted === 0) {
      this.#refusedUntil = now + Math.max(forMs, 1);
      return false;
    }
    // Requests that came together may each have asked; what all were granted adds up.
    this.#left = (now < this.#leaseEndsAt ? this.#left : 0) + granted - 1;
    this.#leaseEndsAt = now + forMs;
    this.#size = Math.min(this.#size * 2, leaseSizeMax);
    return true;
  }

  /** Control is away, or was a moment ago. */
  alone(now: number): boolean {
    return now < this.#aloneUntil;
  }

  leftAlone(now: number): void {
    this.#aloneUntil = now + controlAvoidedMs;
  }

  /** Without control: this front's own share in each window. Milliseconds to wait, or 0 to go on. */
  takeAlone(perFront: number, windowMs: number, now: number): number {
    if (now - this.#aloneWindowAt >= windowMs) {
      this.#aloneWindowAt = now;
      this.#aloneTaken = 0;
    }
    if (this.#aloneTaken >= perFront) return this.#aloneWindowAt + windowMs - now;
    this.#aloneTaken += 1;
    return 0;
  }
}
