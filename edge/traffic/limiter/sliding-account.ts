// `sliding`: in no stretch of time as long as the window pass more than the limit, wherever it begins. What passed is
// remembered by slots of a fiftieth of the window, each until its end has left the window: so the limit is exact, and a
// place becomes free up to a fiftieth of the window late.

import { type Account, type AccountRule, loanOf } from './account.ts';

export const slotsPerWindow = 50;
/**
 * A front asks for the request that is there and so much of the limit besides: what it does not use by the end of the
 * slot may count as used.
 */
const askedShare = 0.01;

export class SlidingAccount implements Account {
  readonly #rule: AccountRule;
  readonly #slotMs: number;
  /** Slots in which something passed, or was lent, the oldest first; and how much. */
  readonly #slots: number[] = [];
  readonly #counts: number[] = [];
  #used = 0;
  #slot = -1;
  /** For this slot. */
  #borrowed = 0;

  constructor(rule: AccountRule) {
    this.#rule = rule;
    this.#slotMs = rule.windowMs / slotsPerWindow;
    if (rule.emptyBefore > 0) this.#count(Math.floor(rule.emptyBefore / this.#slotMs), rule.share);
  }

  take(now: number): boolean {
    this.#roll(now);
    if (this.#borrowed > 0) this.#borrowed -= 1;
    else if (this.#used < this.#rule.share) this.#count(this.#slot, 1);
    else return false;
    return true;
  }

  refund(now: number, period: number): void {
    this.#roll(now);
    const at = this.#slots.lastIndexOf(period);
    if (at >= 0 && (this.#counts[at] ?? 0) > 0) this.#uncount(at, 1);
    else if (period === this.#slot) this.#borrowed += 1;
  }

  lend(now: number, period: number, want: number): number {
    this.#roll(now);
    if (period !== this.#slot) return 0;
    const untouched = this.#used === 0 && this.#borrowed === 0;
    const lent = loanOf(this.left(now), want, untouched);
    const passedOn = Math.min(lent, this.#borrowed);
    this.#borrowed -= passedOn;
    if (lent > passedOn) this.#count(this.#slot, lent - passedOn);
    return lent;
  }

  receive(now: number, period: number, lent: number): void {
    this.#roll(now);
    if (period === this.#slot) this.#borrowed += lent;
  }

  period(now: number): number {
    this.#roll(now);
    return this.#slot;
  }

  want(): number {
    return 1 + Math.floor(this.#rule.whole * askedShare);
  }

  left(now: number): number {
    this.#roll(now);
    return this.#rule.share - this.#used + this.#borrowed;
  }

  freeInMs(now: number): number {
    return this.left(now) > 0 ? 0 : this.resetInMs(now);
  }

  resetInMs(now: number): number {
    this.#roll(now);
    const oldest = this.#slots[0] ?? this.#slot;
    return Math.max(1, (oldest + slotsPerWindow + 1) * this.#slotMs - now);
  }

  idle(now: number): boolean {
    this.#roll(now);
    return this.#used === 0 && this.#borrowed === 0;
  }

  #roll(now: number): void {
    const slot = Math.floor(now / this.#slotMs);
    if (slot <= this.#slot) return;
    // What was borrowed for the slot that is over and not used makes up for what was taken there of the own share.
    if (this.#borrowed > 0) {
      const at = this.#slots.lastIndexOf(this.#slot);
      if (at >= 0) this.#uncount(at, Math.min(this.#borrowed, this.#counts[at] ?? 0));
      this.#borrowed = 0;
    }
    this.#slot = slot;
    while (this.#slots[0] !== undefined && this.#slots[0] + slotsPerWindow < slot) {
      this.#used -= this.#counts[0] ?? 0;
      this.#slots.shift();
      this.#counts.shift();
    }
  }

  #count(slot: number, by: number): void {
    this.#used += by;
    const last = this.#slots.length - 1;
    if (this.#slots[last] === slot) this.#counts[last] = (this.#counts[last] ?? 0) + by;
    else {
      this.#slots.push(slot);
      this.#counts.push(by);
    }
  }

  #uncount(at: number, by: number): void {
    this.#used -= by;
    this.#counts[at] = (this.#counts[at] ?? 0) - by;
  }
}
