// A key of a limiter: its account, and what the front knows of the other fronts' accounts of it.

import type { Account, AccountRule } from './account.ts';

export class KeyState {
  readonly key: string;
  readonly account: Account;
  /** It stands for several keys; others do not know which, so that nothing is lent or borrowed. */
  readonly shared: boolean;
  /** Nobody has anything to lend before. */
  dryUntil = 0;
  /** When somebody will have, as was told then. */
  freeAt = 0;
  /** Questions in a row that brought nothing. */
  dryInRow = 0;
  /** Since when a question is under way; 0 for none. One at a time, as its answer is for all who wait. */
  askingSince = 0;
  /** Requests that have come since and wait for its answer. */
  waiting = 0;
  /** The newest loan that has come; control counts them. */
  loan = 0;
  #others = 0;
  #othersUntil = 0;

  constructor(key: string, account: Account, shared: boolean) {
    this.key = key;
    this.account = account;
    this.shared = shared;
  }

  /** What the other fronts have left, told just now; believed until it may have come back. */
  othersHave(left: number, now: number, forMs: number): void {
    this.#others = left;
    this.#othersUntil = now + forMs;
  }

  /**
   * Requests that would be let in now, as far as this front knows: what others took of it in the meantime it does not
   * know, but for what they borrowed here.
   */
  left(now: number, { whole, share }: AccountRule): number {
    const others = now < this.#othersUntil ? this.#others : whole - share;
    return Math.max(0, Math.floor(this.account.left(now) + others));
  }
}
