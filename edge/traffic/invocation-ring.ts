// Finished invocations until control collects them. Bounded: when control is away the oldest are overwritten,
// and their number is told.

import type { InvocationRecord } from '../contract/front-api.ts';
import type { Flight } from './flight.ts';

/**
 * Control collects once a second, so this is also the most that it records of a front in a second. Each record costs
 * control 10 to 20 µs of the cores that serve requests; those beyond are counted, and no counter loses anything.
 */
export const invocationsKeptMax = 1024;

export class InvocationRing {
  readonly #flights: Flight[] = [];
  #seq = 0;
  #collected = 0;
  #dropped = 0;

  get seq(): number {
    return this.#seq;
  }

  get dropped(): number {
    return this.#dropped;
  }

  add(flight: Flight): void {
    // The record with this place's old number is lost if nobody has asked for it yet.
    if (this.#seq - this.#collected >= invocationsKeptMax) {
      this.#collected += 1;
      this.#dropped += 1;
    }
    this.#flights[this.#seq % invocationsKeptMax] = flight;
    this.#seq += 1;
    flight.recordSeq = this.#seq;
  }

  /** A flight has changed after its record was made: one that control may have already is made once more. */
  amend(flight: Flight): void {
    if (flight.recordSeq > this.#collected) return;
    flight.repeated = true;
    this.add(flight);
  }

  /** Records numbered above `since`. What was asked for once counts as collected. */
  since(since: number): InvocationRecord[] {
    const records: InvocationRecord[] = [];
    for (let seq = Math.max(since, this.#seq - this.#flights.length) + 1; seq <= this.#seq; seq += 1) {
      const flight = this.#flights[(seq - 1) % invocationsKeptMax];
      if (flight) records.push(flight.record(seq));
    }
    this.#collected = this.#seq;
    return records;
  }
}
