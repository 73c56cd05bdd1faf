// The limiters of this front, by function. They outlive changes of the table: what has been counted stays counted for as
// long as a limiter keeps its figures.

import type { LimiterFigures } from '../../contract/rules/rate-limits.ts';
import { type KeyCount, Limiter } from './limiter.ts';
import type { Seat } from './seat.ts';

/** A clock that is set back by no more stands still instead. */
const clockStepMsMax = 1000;
/** A limiter that nobody has used for so long is forgotten, its counters too. */
const forgottenAfterMs = 3_600_000;
/** Keys of one limiter that one sweep looks at. */
const sweptKeysMax = 2000;

export class Limiters {
  readonly #byFunction = new Map<string, Map<string, Limiter>>();
  readonly #count: KeyCount = { keys: 0 };
  #seat: Seat;
  #clock = 0;
  /** Control did not answer, and is not asked before. */
  aloneUntil = 0;

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  get seat(): Seat {
    return this.#seat;
  }

  /**
   * The time that limiters go by. After a clock was set back, windows of before lie in the future: all accounts are
   * given up, and the front goes on as one that has taken the place of another.
   */
  now(clock: number): number {
    if (clock >= this.#clock) this.#clock = clock;
    else if (this.#clock - clock > clockStepMsMax) this.#beginAnew(clock);
    return this.#clock;
  }

  of(functionId: string, figures: LimiterFigures, now: number): Limiter {
    let limiters = this.#byFunction.get(functionId);
    if (!limiters) {
      limiters = new Map();
      this.#byFunction.set(functionId, limiters);
    }
    let limiter = limiters.get(figures.id);
    if (!limiter) {
      limiter = new Limiter(figures, this.#seat, this.#count, now);
      limiters.set(figures.id, limiter);
    }
    limiter.usedAt = now;
    return limiter;
  }

  all(functionId: string): readonly Limiter[] {
    return [...(this.#byFunction.get(functionId)?.values() ?? [])];
  }

  /** Keys that are not in use any more go; `stands` says which functions are left. */
  sweep(now: number, stands: (functionId: string) => boolean): void {
    for (const [functionId, limiters] of this.#byFunction) {
      const gone = !stands(functionId);
      for (const [id, limiter] of limiters) {
        limiter.sweep(now, sweptKeysMax);
        if (!gone && (limiter.keys > 0 || now - limiter.usedAt < forgottenAfterMs)) continue;
        limiter.close();
        limiters.delete(id);
      }
      if (limiters.size === 0) this.#byFunction.delete(functionId);
    }
  }

  #beginAnew(clock: number): void {
    this.#clock = clock;
    this.#seat = { ...this.#seat, successorSince: clock };
    for (const limiters of this.#byFunction.values())
      for (const limiter of limiters.values()) limiter.close();
    this.#byFunction.clear();
    this.aloneUntil = 0;
  }
}
