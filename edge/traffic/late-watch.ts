// Wall time. A timer for each request would cost more than the rest of the router's own work, so one loop
// looks over all requests that wait for a response's head. It runs in the context of whichever request found
// none running, kept alive by that request's `waitUntil`, and ends when nothing waits.

import type { Flight } from './flight.ts';

/** A timeout may be noticed this much later than it is due. */
export const lateCheckMs = 100;
/** A loop without a beat for this long is taken for dead and replaced. */
const loopDeadMs = 2000;

export class LateWatch {
  readonly #flights = new Set<Flight>();
  #loop = 0;
  #running = false;
  #beatAt = 0;

  /** Watches a flight until `forget`; true when the caller must keep `run()` alive. */
  add(flight: Flight, now: number): boolean {
    this.#flights.add(flight);
    if (this.#running && now - this.#beatAt < loopDeadMs) return false;
    this.#running = true;
    this.#beatAt = now;
    return true;
  }

  forget(flight: Flight): void {
    this.#flights.delete(flight);
  }

  /** `pause` waits for `lateCheckMs` in the caller's own context. */
  async run(pause: () => Promise<void>): Promise<void> {
    this.#loop += 1;
    const loop = this.#loop;
    while (this.#flights.size > 0) {
      await pause();
      if (loop !== this.#loop) return;
      this.#beatAt = Date.now();
      this.check(this.#beatAt);
    }
    this.#running = false;
  }

  check(now: number): void {
    for (const flight of this.#flights) {
      if (flight.ended) this.#flights.delete(flight);
      else if (now >= flight.deadline) flight.late?.();
    }
  }
}
