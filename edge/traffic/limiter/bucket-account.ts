// `token_bucket`: a bucket holds up to `burst` tokens and gains `rate` a second; a request takes one. So in any stretch
// of s seconds pass at most burst + rate * s.
//
// Each front has a bucket for its share of the burst, which gains the same share of the rate, and borrows tokens from
// the others when it is empty. Nobody ever holds more than his own bucket does, so the sum never exceeds the burst. What
// a full bucket cannot hold is lost, also to a front whose own is not full at that moment.

import type { Account, AccountRule } from './account.ts';

/** Sums of fractions may be short of a whole by their rounding. */
const epsilon = 1e-9;

export interface BucketRule extends AccountRule {
  /** Of the whole bucket: tokens a second. */
  readonly rate: number;
}

export class BucketAccount implements Account {
  readonly #rule: BucketRule;
  /** Of this front's bucket, in tokens a millisecond. */
  readonly #gain: number;
  #level: number;
  #at: number;

  constructor(rule: BucketRule, now: number) {
    this.#rule = rule;
    this.#gain = (rule.rate * (rule.share / rule.whole)) / 1000;
    this.#at = rule.emptyBefore > 0 ? Math.min(rule.emptyBefore, now) : now;
    this.#level = rule.emptyBefore > 0 ? 0 : rule.share;
  }

  take(now: number): boolean {
    this.#fill(now);
    if (this.#level < 1 - epsilon) return false;
    this.#level = Math.max(0, this.#level - 1);
    return true;
  }

  refund(now: number): void {
    this.#fill(now);
    this.#level = Math.min(this.#rule.share, this.#level + 1);
  }

  lend(now: number, _period: number, want: number): number {
    this.#fill(now);
    const spare = this.idle(now) ? this.#level : Math.max(this.#level / 2, Math.min(this.#level, 1));
    // Who asks for exactly one has a share of none, and could not keep a part of it.
    if (want === 1 && spare < 1) return 0;
    const lent = Math.min(want, spare);
    this.#level -= lent;
    return lent;
  }

  /** The request that asked takes one of them at once, and no more than the bucket holds is left over. */
  receive(now: number, _period: number, lent: number): void {
    this.#fill(now);
    this.#level = Math.min(this.#level + lent, this.#rule.share + 1);
  }

  period(): number {
    return 0;
  }

  want(now: number): number {
    this.#fill(now);
    return 1 + Math.max(0, this.#rule.share - this.#level);
  }

  left(now: number): number {
    this.#fill(now);
    return this.#level;
  }

  /** By the rate of all fronts, as they lend each other what they gain. */
  freeInMs(now: number): number {
    this.#fill(now);
    return this.#level >= 1 - epsilon ? 0 : ((1 - this.#level) / this.#rule.rate) * 1000;
  }

  resetInMs(now: number): number {
    this.#fill(now);
    return this.#gain === 0 ? this.#rule.windowMs : (this.#rule.share - this.#level) / this.#gain;
  }

  idle(now: number): boolean {
    this.#fill(now);
    return this.#level >= this.#rule.share;
  }

  #fill(now: number): void {
    if (now <= this.#at) return;
    this.#level = Math.min(this.#rule.share, this.#level + (now - this.#at) * this.#gain);
    this.#at = now;
  }
}
