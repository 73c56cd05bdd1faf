// Wall time. A timer for each request would cost more than the rest of the router's own work, so one loop
// looks after all requests that wait for a response's head, and all bodies whose end is awaited. It runs in the
// context of whichever request found none running, kept alive by that request's `waitUntil`, and ends when
// nothing waits.
//
// Flights that may take equally long are due in the order in which they came. So there is a queue for each
// duration, and a look is one at the head of each queue, however many flights stand in them.

import type { Flight } from './flight.ts';

/**
 * Longest pause of the loop, and so how much later than it is due a timeout may be noticed: a flight that comes
 * during a pause may be due before the one that the loop sleeps for.
 */
export const lateCheckMs = 25;
/** A loop without a beat for this long is taken for dead and replaced. */
const loopDeadMs = 2000;

export class LateWatch {
  readonly #queues = new Map<number, Set<Flight>>();
  #loop = 0;
  #running = false;
  #beatAt = 0;

  /**
   * Calls the flight's `late` once `durationMs` have passed, unless the flight leaves the watch before. True when
   * the caller must keep `run()` alive.
   */
  add(flight: Flight, durationMs: number, now: number): boolean {
    flight.deadline = now + durationMs;
    let queue = this.#queues.get(durationMs);
    if (!queue) {
      queue = new Set();
      this.#queues.set(durationMs, queue);
    }
    queue.add(flight);
    flight.watched = queue;
    if (this.#running && now - this.#beatAt < loopDeadMs) return false;
    this.#running = true;
    this.#beatAt = now;
    return true;
  }

  /** `pause` waits in the caller's own context. */
  async run(pause: (milliseconds: number) => Promise<void>, clock: () => number = Date.now): Promise<void> {
    this.#loop += 1;
    const loop = this.#loop;
    for (let wait = this.untilNext(clock()); wait !== undefined; wait = this.untilNext(clock())) {
      await pause(wait);
      if (loop !== this.#loop) return;
      this.#beatAt = clock();
      this.check(this.#beatAt);
    }
    this.#running = false;
  }

  /** How long nothing needs a look; undefined when nothing is watched. */
  untilNext(now: number): number | undefined {
    let wait: number | undefined;
    for (const [durationMs, queue] of this.#queues) {
      const [first] = queue;
      if (first) wait = Math.min(wait ?? lateCheckMs, Math.max(first.deadline - now, 1));
      else this.#queues.delete(durationMs);
    }
    return wait;
  }

  check(now: number): void {
    for (const queue of this.#queues.values()) {
      for (const flight of queue) {
        if (now < flight.deadline) break;
        flight.overdue();
      }
    }
  }
}
