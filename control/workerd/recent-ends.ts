// Why instances ended, for some seconds, by slot: a front that has lost an exchange asks for it.

import type { EndCause } from './end-cause.ts';

/** A front asks at once; slots rotate, so that within this time hardly one is taken again. */
export const endsRememberedMs = 5000;

export interface RecentEnd {
  readonly cause: EndCause;
  /** In milliseconds since the epoch: what it was sent from then on it has never looked at. */
  readonly at: number;
}

export class RecentEnds {
  readonly #ends = new Map<string, RecentEnd & { readonly noticedAt: number }>();

  /** `at` is when it was noticed, or the moment from which the instance looked at nothing any more. */
  add(
    functionId: string,
    version: string,
    slot: number,
    cause: EndCause,
    at: number,
    now = Date.now(),
  ): void {
    for (const [other, { noticedAt }] of this.#ends)
      if (now - noticedAt > endsRememberedMs) this.#ends.delete(other);
    this.#ends.set(`${functionId} ${version} ${slot}`, { cause, at, noticedAt: now });
  }

  of(functionId: string, version: string, slot: number, now = Date.now()): RecentEnd | undefined {
    const end = this.#ends.get(`${functionId} ${version} ${slot}`);
    return end && now - end.noticedAt <= endsRememberedMs ? end : undefined;
  }
}
