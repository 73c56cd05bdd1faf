// Why instances ended, for some seconds, by slot: a front that has lost an exchange asks for it.

import type { EndCause } from './end-cause.ts';

/** A front asks at once; slots rotate, so that within this time hardly one is taken again. */
export const endsRememberedMs = 5000;

export interface RecentEnd {
  readonly cause: EndCause;
  /** When it was noticed, in milliseconds since the epoch. */
  readonly at: number;
}

export class RecentEnds {
  readonly #ends = new Map<string, RecentEnd>();

  add(functionId: string, version: string, slot: number, cause: EndCause, now = Date.now()): void {
    for (const [other, { at }] of this.#ends) if (now - at > endsRememberedMs) this.#ends.delete(other);
    this.#ends.set(`${functionId} ${version} ${slot}`, { cause, at: now });
  }

  of(functionId: string, version: string, slot: number, now = Date.now()): RecentEnd | undefined {
    const end = this.#ends.get(`${functionId} ${version} ${slot}`);
    return end && now - end.at <= endsRememberedMs ? end : undefined;
  }
}
