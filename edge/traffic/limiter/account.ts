// What a front knows of one key of one limiter. Three kinds, one for each algorithm; all hold a share of the limit, and
// lend what they do not use.
//
// What keeps the limit: at any time the accounts that the fronts have of a key add up to no more than the limit lets
// through. Lending takes from one what it gives to another, and what gets lost on the way is lost for the window.

import type { LimiterFigures } from '../../contract/rules/rate-limits.ts';
import { type Seat, shareOf } from './seat.ts';

/** A limiter as its accounts see it: what is divided is `whole`. */
export interface AccountRule {
  /** The limit, or the burst of a token bucket. */
  readonly whole: number;
  /** This front's part of it. */
  readonly share: number;
  readonly windowMs: number;
  /** Before this moment a front that has died since may have let in what it liked; 0 for never. */
  readonly emptyBefore: number;
}

export interface Account {
  /** Takes one request; false when this front has none to give. */
  take(now: number): boolean;
  /** Gives one back that was taken in the period of then, as another limiter refused the request. */
  refund(now: number, period: number): void;
  /** Takes up to `want` away from this front, for another that is in `period`. */
  lend(now: number, period: number, want: number): number;
  /** Takes over what others lent in `period`. */
  receive(now: number, period: number, lent: number): void;
  /** What is lent in one period is of no use in the next one. */
  period(now: number): number;
  /** How much it is worth to ask for. */
  want(now: number): number;
  /** Requests that it would let in now; a token bucket has fractions of them. */
  left(now: number): number;
  /** Until this front has one more, if nobody lends; 0 when it has. */
  freeInMs(now: number): number;
  /** Until what was taken begins to come back; of a bucket, until it is full. */
  resetInMs(now: number): number;
  /** It is as one that was never used: it may be forgotten. */
  idle(now: number): boolean;
}

/** What a front gives another: all, if nobody asks it for this key; half, rounded up, where it serves it itself. */
export const loanOf = (free: number, want: number, untouched: boolean): number =>
  Math.max(0, Math.min(want, untouched ? free : Math.ceil(free / 2)));

/**
 * A front that took the place of another takes its share for used up in windows that began before, up to this length;
 * in longer ones, and where there is no other front to borrow from, it begins with its whole share.
 */
export const blankWindowMsMax = 60_000;

export function shareRule({ algorithm, limit, windowMs }: LimiterFigures, seat: Seat): AccountRule {
  const refills = algorithm === 'token_bucket';
  const blank = refills || (seat.count > 1 && windowMs <= blankWindowMsMax);
  return {
    ...{ whole: limit, share: shareOf(limit, seat), windowMs },
    emptyBefore: blank ? seat.successorSince : 0,
  };
}
