// Whose requests a front begins next when more come than it can begin.
//
// A front is one thread, and workerd takes what its sockets bring in the order in which it came. Of a function that
// is flooded, every connection has a request there in each turn of the event loop, and a request for another
// function waits behind all of them. So in each turn only so many requests of one function are begun, and the rest
// wait here, where waiting costs the loop nothing. A turn is told by a timer without delay, which fires
// once the loop has been round.
//
// While no function has more than that in a few milliseconds, all that happens is counting.

/** Requests of one lane that are begun in one turn. */
export const beginsPerTurnMax = 16;
/** The same while other lanes have requests too. */
export const beginsPerSharedTurnMax = 4;
/** Of all lanes that wait together; a quarter of it while several have requests. */
export const beginsOfWaitingMax = 32;
/**
 * How long a turn lasts at least while other lanes have requests. Without it a lane that moves large bodies keeps
 * the front, and with it a processor, busy all the time, and instances wait for one.
 */
export const sharedTurnMsMin = 1;
/** A lane without a request for this long is not another one. */
const sharedForMs = 200;
/** While nobody counts turns, this many milliseconds are taken for one. */
const calmTurnMs = 5;
/** Turns without anyone waiting, after which they are no longer counted. */
const calmTurns = 20;
/** Turns that have not been counted for so long are not being counted. */
const loopDeadMs = 2000;

/** The requests of one function, or those for none. */
export class Lane {
  turn = 0;
  begun = 0;
  /** Its newest request. */
  askedAt = 0;
  /** Begins a request each; the first is the next. */
  readonly waiting = new Set<() => void>();
}

export class Turns {
  #turn = 0;
  #turnAt = 0;
  #counting = false;
  #loop = 0;
  #lastLane: Lane | undefined;
  #sharedUntil = 0;
  /** Lanes with requests that wait, the next one first. */
  readonly #queued = new Set<Lane>();

  /** True when the request may begin; otherwise it must `wait`. */
  begin(lane: Lane, now: number): boolean {
    if (!this.#counting && now - this.#turnAt >= calmTurnMs) this.#next(now);
    this.#see(lane, now);
    if (lane.turn !== this.#turn) {
      lane.turn = this.#turn;
      lane.begun = 0;
    }
    if (lane.begun >= this.#perTurn(now) || lane.waiting.size > 0) return false;
    lane.begun += 1;
    return true;
  }

  /** `wake` is called when it is the request's turn. True when the caller must keep `run` alive. */
  wait(lane: Lane, wake: () => void, now: number): boolean {
    lane.waiting.add(wake);
    this.#queued.add(lane);
    if (this.#counting && now - this.#turnAt < loopDeadMs) return false;
    this.#counting = true;
    this.#turnAt = now;
    return true;
  }

  /** The request waits no longer. */
  forget(lane: Lane, wake: () => void): void {
    lane.waiting.delete(wake);
  }

  /** `turn` resolves, in the caller's own context, when the event loop has been round and `ms` are over. */
  async run(turn: (ms: number) => Promise<void>, clock: () => number = Date.now): Promise<void> {
    this.#loop += 1;
    const loop = this.#loop;
    for (let calm = 0; calm < calmTurns; calm += 1) {
      await turn(this.#turnAt < this.#sharedUntil ? sharedTurnMsMin : 0);
      if (loop !== this.#loop) return;
      this.#next(clock());
      if (this.#wakeNext()) calm = 0;
    }
    this.#counting = false;
  }

  /** Whether there is anyone for whom a turn should be short. */
  #see(lane: Lane, now: number): void {
    const last = this.#lastLane;
    if (last && last !== lane && now - last.askedAt < sharedForMs) this.#sharedUntil = now + sharedForMs;
    lane.askedAt = now;
    this.#lastLane = lane;
  }

  #perTurn(now: number): number {
    return now < this.#sharedUntil ? beginsPerSharedTurnMax : beginsPerTurnMax;
  }

  #next(now: number): void {
    this.#turn += 1;
    this.#turnAt = now;
  }

  /** One of each lane in turn, until all have begun what they may. False when nobody waited. */
  #wakeNext(): boolean {
    const shared = this.#turnAt < this.#sharedUntil;
    const most = shared ? beginsOfWaitingMax / 4 : beginsOfWaitingMax;
    let woken = 0;
    while (this.#queued.size > 0 && woken < most) {
      const before = woken;
      for (const lane of this.#queued) {
        if (woken >= most) break;
        // To the end, so that the next turn goes on with whoever had none in this one.
        this.#queued.delete(lane);
        const [wake] = lane.waiting;
        if (!wake) continue;
        if (lane.turn !== this.#turn) {
          lane.turn = this.#turn;
          lane.begun = 0;
        }
        this.#queued.add(lane);
        if (lane.begun >= this.#perTurn(this.#turnAt)) break;
        lane.waiting.delete(wake);
        lane.begun += 1;
        woken += 1;
        wake();
      }
      if (woken === before) break;
    }
    return woken > 0 || this.#queued.size > 0;
  }
}
