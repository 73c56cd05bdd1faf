// One limiter of one function in this front: the keys that it has met, each with its account.
//
// Keys come from strangers, so there is a bound on them, and an account in use is never given up for another: whoever
// floods the front with invented keys would reset those of others. Beyond the bound new keys share accounts, by a hash:
// there one may be refused for what another did, and none is let in more often than the limit says.
//
// The bounds are low because a front collects its whole heap each time, and pays for all that lives in it: 20,000 keys cost
// each request some 20 µs on a busy machine, 10,000 nothing that could be measured.

import type { LimiterFigures } from '../../contract/rules/rate-limits.ts';
import { hashText } from '../hash-visitor.ts';
import { type Account, type AccountRule, shareRule } from './account.ts';
import { BucketAccount } from './bucket-account.ts';
import { FixedAccount } from './fixed-account.ts';
import { KeyState } from './key-state.ts';
import type { Seat } from './seat.ts';
import { SlidingAccount } from './sliding-account.ts';

/** Keys of one limiter that a front knows by themselves. */
export const limiterKeysMax = 10_000;
/** The same, of all limiters of a front together; each limiter may have some in any case. */
export const limiterKeysTotalMax = 20_000;
export const limiterKeysOwn = 100;
/** Accounts that keys share beyond. */
export const sharedAccountsMax = 1024;
/** Longer keys are known by two hashes. */
export const limiterKeyLengthMax = 256;
/** Keys that are looked at, when there is no room for one more, for one that is not in use any more. */
const looksPerKey = 8;

/** How many keys all limiters of the front have. */
export interface KeyCount {
  keys: number;
}

export class Limiter {
  readonly figures: LimiterFigures;
  readonly rule: AccountRule;
  readonly #count: KeyCount;
  readonly #keys = new Map<string, KeyState>();
  readonly #shared = new Map<number, KeyState>();
  allowed = 0;
  refused = 0;
  /** Questions to other fronts. */
  asked = 0;
  usedAt: number;

  constructor(figures: LimiterFigures, seat: Seat, count: KeyCount, now: number) {
    const { id, name, algorithm, limit, windowMs, rate } = figures;
    this.figures = { id, name, algorithm, limit, windowMs, rate };
    this.rule = shareRule(figures, seat);
    this.#count = count;
    this.usedAt = now;
  }

  get keys(): number {
    return this.#keys.size + this.#shared.size;
  }

  state(given: string, now: number): KeyState {
    const key = given.length > limiterKeyLengthMax ? shortened(given) : given;
    const known = this.#keys.get(key);
    if (known) return known;
    // A key that was counted with others stays there until nothing of that counts any more.
    const shared = this.#shared.size > 0 ? this.#shared.get(slotOf(key)) : undefined;
    if (shared && !shared.account.idle(now)) return shared;
    if (!this.#hasRoom(now)) return shared ?? this.#share(key, now);
    const state = new KeyState(key, this.#open(now), false);
    this.#keys.set(key, state);
    this.#count.keys += 1;
    return state;
  }

  /** Lets somebody in again. What he shares with others is theirs too, and stays. */
  reset(given: string): boolean {
    const key = given.length > limiterKeyLengthMax ? shortened(given) : given;
    if (!this.#keys.delete(key)) return false;
    this.#count.keys -= 1;
    return true;
  }

  /** Forgets up to `looks` keys that are not in use; those that are come last the next time. */
  sweep(now: number, looks: number): void {
    let left = Math.min(looks, this.#keys.size);
    for (const [key, state] of this.#keys) {
      if (left === 0) break;
      left -= 1;
      this.#keys.delete(key);
      if (state.account.idle(now)) this.#count.keys -= 1;
      else this.#keys.set(key, state);
    }
    for (const [slot, state] of this.#shared) if (state.account.idle(now)) this.#shared.delete(slot);
  }

  /** Before it is let go of. */
  close(): void {
    this.#count.keys -= this.#keys.size;
    this.#keys.clear();
  }

  #hasRoom(now: number): boolean {
    if (this.#fits()) return true;
    this.sweep(now, looksPerKey);
    return this.#fits();
  }

  #fits(): boolean {
    const { size } = this.#keys;
    return size < limiterKeysOwn || (size < limiterKeysMax && this.#count.keys < limiterKeysTotalMax);
  }

  #share(key: string, now: number): KeyState {
    const state = new KeyState('', this.#open(now), true);
    this.#shared.set(slotOf(key), state);
    return state;
  }

  #open(now: number): Account {
    const { rule, figures } = this;
    if (figures.algorithm === 'token_bucket') return new BucketAccount({ ...rule, rate: figures.rate }, now);
    return figures.algorithm === 'fixed' ? new FixedAccount(rule) : new SlidingAccount(rule);
  }
}

const slotOf = (key: string): number => hashText(key) % sharedAccountsMax;

/** Control characters cannot be in a header, so that no key looks like one of these. */
const shortened = (key: string): string =>
  `\u0001${key.length}.${hashText(key)}.${hashText(key.slice(limiterKeyLengthMax / 2))}.${key.slice(0, 64)}`;
