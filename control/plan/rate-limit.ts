// A function's rate limit, counted for all fronts: at most `requests` in any window, however they are spread.
//
// What was granted is remembered until it has left the window, in steps of a hundredth of it, always rounded to the
// later one: so the limit is never exceeded, and a place becomes free at most that much late. A limit on the
// mean, as token buckets have, would let twice as many through in a window that begins at the wrong moment.

import type { LeaseAnswer } from '../../edge/contract/front-api.ts';

export interface RateRule {
  readonly requests: number;
  readonly windowMs: number;
}

const stepsPerWindow = 100;
/** What a front has been granted beyond the request at hand is to be used within this share of the window. */
const leaseShare = 0.1;
const leaseMsMax = 1000;

interface Granted {
  /** When it has left the window. */
  readonly until: number;
  count: number;
}

export class RateLimit {
  /** In the order in which they leave. */
  readonly #granted: Granted[] = [];
  #taken = 0;

  lease({ requests, windowMs }: RateRule, want: number, now: number): LeaseAnswer {
    this.#forget(now);
    const granted = Math.max(0, Math.min(want, requests - this.#taken));
    if (granted === 0) return { granted: 0, forMs: Math.max(1, (this.#granted[0]?.until ?? now) - now) };
    const forMs = Math.min(leaseMsMax, Math.ceil(windowMs * leaseShare));
    // One request is there and goes at once; one of several may go at the end of the lease.
    this.#remember(now + windowMs + (granted > 1 ? forMs : 0), granted, windowMs / stepsPerWindow);
    return { granted, forMs };
  }

  /** Nothing that was granted counts any more. */
  idle(now: number): boolean {
    this.#forget(now);
    return this.#taken === 0;
  }

  #forget(now: number): void {
    while (this.#granted[0] && this.#granted[0].until <= now) {
      this.#taken -= this.#granted[0].count;
      this.#granted.shift();
    }
  }

  #remember(until: number, count: number, stepMs: number): void {
    const rounded = Math.ceil(until / stepMs) * stepMs;
    this.#taken += count;
    const last = this.#granted.at(-1);
    // A clock that went back, or a shorter window than before, must not put what leaves later in front.
    if (last && last.until >= rounded) last.count += count;
    else this.#granted.push({ until: rounded, count });
  }
}

/** The limits of all functions that have had a request lately. */
export class RateLimits {
  readonly #limits = new Map<string, RateLimit>();

  lease(functionId: string, rule: RateRule | null, want: number, now: number): LeaseAnswer {
    // A front whose table is older than the change that took the limit away.
    if (!rule) return { granted: want, forMs: leaseMsMax };
    let limit = this.#limits.get(functionId);
    if (!limit) {
      limit = new RateLimit();
      this.#limits.set(functionId, limit);
    }
    return limit.lease(rule, want, now);
  }

  /** Forgets functions whose limit is not in use. */
  sweep(now: number): void {
    for (const [id, limit] of this.#limits) if (limit.idle(now)) this.#limits.delete(id);
  }
}
