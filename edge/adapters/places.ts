// The places of an instance: how many handlers may run at a time, whichever front their requests came from. Each
// front keeps to the limit by itself, so only what several fronts send together has to wait here, in order.
//
// workerd ends a request whose client has gone without running any more of its code, not even `finally`. So a
// place can be held, or waited for, by a request that is no more, and nobody says so. Whoever waits looks now and
// then: each holder and each waiter is asked to answer from its own context, and one that is gone does not.
//
// A request that waits for nothing but another request is ended by workerd as one that hangs. So each waiter has
// a timer, and it is that timer which looks.

/** How often a waiter looks; also its proof to workerd that it waits for something. */
const lookEveryMs = 250;
/** Looks of several waiters are at least this far apart. */
const lookPauseMs = 100;
/** A request that has not answered this many looks in a row is gone. */
const looksUnansweredMax = 2;

export interface Clock {
  readonly now: () => number;
  readonly setInterval: (look: () => void, milliseconds: number) => unknown;
  readonly clearInterval: (timer: unknown) => void;
}

/** One request that holds a place or waits for one. */
class Place {
  /** Looks without an answer. */
  unanswered = 0;
  /** Has the request's own context answer; replaced with each answer. */
  ask: () => void = () => undefined;
  /** Set while it waits. */
  admit: (() => void) | undefined;

  /** Called in the request's own context, where what follows on `ask` runs then. */
  listen(): void {
    void new Promise<void>((resolve) => {
      this.ask = resolve;
    }).then(() => {
      this.unanswered = 0;
      this.listen();
    });
  }
}

export type { Place };

export class Places {
  readonly #max: number;
  readonly #clock: Clock;
  readonly #held = new Set<Place>();
  readonly #waiting = new Set<Place>();
  #lookedAt = 0;

  constructor(max: number, clock: Clock) {
    this.#max = max;
    this.#clock = clock;
  }

  get held(): number {
    return this.#held.size;
  }

  /** A place, at once if there is one; the caller leaves it when it is done. */
  enter(): Place | Promise<Place> {
    const place = new Place();
    place.listen();
    if (this.#held.size >= this.#max || this.#waiting.size > 0) return this.#wait(place);
    this.#held.add(place);
    return place;
  }

  leave(place: Place): void {
    // Whoever was taken for gone and was not has no place to give away any more.
    if (this.#held.delete(place)) this.#admitNext();
  }

  async #wait(place: Place): Promise<Place> {
    const timer = this.#clock.setInterval(() => this.#look(), lookEveryMs);
    await new Promise<void>((resolve) => {
      place.admit = resolve;
      this.#waiting.add(place);
    });
    this.#clock.clearInterval(timer);
    return place;
  }

  #admitNext(): void {
    const [next] = this.#waiting;
    if (!next || this.#held.size >= this.#max) return;
    this.#waiting.delete(next);
    this.#held.add(next);
    next.admit?.();
  }

  #look(): void {
    const now = this.#clock.now();
    if (now - this.#lookedAt < lookPauseMs) return;
    this.#lookedAt = now;
    for (const requests of [this.#waiting, this.#held]) {
      for (const place of requests) {
        if (place.unanswered >= looksUnansweredMax) requests.delete(place);
        else {
          place.unanswered += 1;
          place.ask();
        }
      }
    }
    while (this.#held.size < this.#max && this.#waiting.size > 0) this.#admitNext();
  }
}
