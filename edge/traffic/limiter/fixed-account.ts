// `fixed`: so many in each window, and windows begin at multiples of their length by the machine's clock. Two windows
// that follow on each other may each be used up at their common border: in a stretch of time as long as a window, which
// begins anywhere, up to twice the limit passes. Who minds takes `sliding`.

import { type Account, type AccountRule, loanOf } from './account.ts';

export class FixedAccount implements Account {
  readonly #rule: AccountRule;
  #window = -1;
  /** Of this front's share; what it has lent is among them. */
  #used = 0;
  #borrowed = 0;

  constructor(rule: AccountRule) {
    this.#rule = rule;
  }

  take(now: number): boolean {
    this.#roll(now);
    if (this.#borrowed > 0) this.#borrowed -= 1;
    else if (this.#used < this.#rule.share) this.#used += 1;
    else return false;
    return true;
  }

  refund(now: number, period: number): void {
    this.#roll(now);
    if (period !== this.#window) return;
    if (this.#used > 0) this.#used -= 1;
    else this.#borrowed += 1;
  }

  lend(now: number, period: number, want: number): number {
    this.#roll(now);
    if (period !== this.#window) return 0;
    const untouched = this.#used === 0 && this.#borrowed === 0;
    const lent = loanOf(this.left(now), want, untouched);
    const passedOn = Math.min(lent, this.#borrowed);
    this.#borrowed -= passedOn;
    this.#used += lent - passedOn;
    return lent;
  }

  receive(now: number, period: number, lent: number): void {
    this.#roll(now);
    if (period === this.#window) this.#borrowed += lent;
  }

  period(now: number): number {
    this.#roll(now);
    return this.#window;
  }

  want(): number {
    return this.#rule.whole;
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
    return (this.#window + 1) * this.#rule.windowMs - now;
  }

  idle(now: number): boolean {
    this.#roll(now);
    return this.#used === 0 && this.#borrowed === 0;
  }

  #roll(now: number): void {
    const { windowMs, share, emptyBefore } = this.#rule;
    const window = Math.floor(now / windowMs);
    if (window <= this.#window) return;
    this.#window = window;
    this.#used = emptyBefore > 0 && window * windowMs <= emptyBefore ? share : 0;
    this.#borrowed = 0;
  }
}
