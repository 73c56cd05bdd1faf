// A function's shadow in this front: how many copies are under way, and what was found when answers were compared.

import type { DifferenceKind, ShadowReport, ShadowSample, ShadowSkip } from '../contract/front-api.ts';

/** Copies of one function that a front has under way; further requests get none. */
export const shadowsInFlightMax = 8;
/** Differences that a front remembers of one function, the newest. */
export const shadowSamplesMax = 10;
/** A shadow that could not be started is not tried again before. */
export const shadowPauseMs = 1000;

export class ShadowTally {
  readonly version: string;
  /** Of the requests, in basis points; 0 while it gets none. */
  shareBp: number;
  /** Newest change of anything in here, for telling control only what is new. */
  changedAt = 0;
  #inFlight = 0;
  #pausedUntil = 0;
  #compared = 0;
  #same = 0;
  #bodiesSkipped = 0;
  readonly #different: Record<DifferenceKind, number> = { status: 0, headers: 0, body: 0 };
  readonly #failed: Record<string, number> = {};
  readonly #skipped: Record<ShadowSkip, number> = { busy: 0, body: 0 };
  #samples: ShadowSample[] = [];

  constructor(version: string, shareBp: number) {
    this.version = version;
    this.shareBp = shareBp;
  }

  /** Whether a request gets a copy. `draw` is from 0 up to and without 10000. */
  draws(draw: number): boolean {
    return draw < this.shareBp;
  }

  /** True when a copy may be sent; then `end` must be called. */
  begin(now: number): boolean {
    if (this.#inFlight >= shadowsInFlightMax || now < this.#pausedUntil) {
      this.skip('busy', now);
      return false;
    }
    this.#inFlight += 1;
    return true;
  }

  end(): void {
    this.#inFlight -= 1;
  }

  skip(why: ShadowSkip, now: number): void {
    this.#skipped[why] += 1;
    this.changedAt = now;
  }

  /** No copy is sent for a while. */
  pause(now: number): void {
    this.#pausedUntil = now + shadowPauseMs;
  }

  fail(code: string, now: number): void {
    this.#failed[code] = (this.#failed[code] ?? 0) + 1;
    this.changedAt = now;
  }

  /** Two answers have been compared; `sample` is of those that differ. */
  settle(
    differs: readonly DifferenceKind[],
    bodyCompared: boolean,
    sample: ShadowSample | undefined,
    now: number,
  ): void {
    this.changedAt = now;
    this.#compared += 1;
    if (differs.length === 0) this.#same += 1;
    for (const kind of differs) this.#different[kind] += 1;
    if (!bodyCompared) this.#bodiesSkipped += 1;
    if (sample) this.#samples = [...this.#samples, sample].slice(-shadowSamplesMax);
  }

  report(functionId: string): ShadowReport {
    return {
      ...{ function: functionId, version: this.version },
      ...{ compared: this.#compared, same: this.#same, bodiesSkipped: this.#bodiesSkipped },
      ...{ different: { ...this.#different }, failed: { ...this.#failed }, skipped: { ...this.#skipped } },
      samples: this.#samples,
    };
  }
}
