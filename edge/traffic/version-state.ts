// What this front knows of one version of a function: its instances, who waits for one, its counters.

import { Counters } from './counters.ts';
import type { Flight } from './flight.ts';
import type { FunctionState } from './function-state.ts';
import { Instance, pickInstance } from './instance.ts';

/** Control is asked for another instance at most this often for each version. */
export const scaleAskedEveryMs = 250;

export class VersionState {
  readonly function: FunctionState;
  readonly version: string;
  readonly counters = new Counters();
  /** Flights that found every instance full, in the order in which they came. */
  readonly waiting = new Set<Flight>();
  instances: Instance[] = [];
  /** Instances out of the table that still have requests. */
  #leaving: Instance[] = [];
  #scaleAskedAt = 0;

  constructor(owner: FunctionState, version: string) {
    this.function = owner;
    this.version = version;
  }

  /** An instance that may have one more request now. */
  pick(now: number): Instance | undefined {
    return pickInstance(this.instances, this.function.entry.concurrency, now);
  }

  /** Whether there is any instance that is not being avoided; if not, only control can help. */
  reachable(now: number): boolean {
    return this.instances.some((instance) => instance.avoidedUntil <= now);
  }

  /** Hands places that have become free to those who wait, the first first. */
  seatWaiting(): void {
    if (this.waiting.size === 0) return;
    const now = Date.now();
    for (const flight of this.waiting) {
      const instance = this.pick(now);
      if (!instance) return;
      flight.board(instance);
    }
  }

  /**
   * Takes the slots of a table of `generation`. Slots that control has named since, in answer to an
   * activation, stay: the table was made before them.
   */
  setSlots(slots: readonly number[], generation: number): void {
    const kept = this.instances.filter(
      ({ slot, generation: named }) => named >= generation && !slots.includes(slot),
    );
    const listed = slots.map((slot) => this.#named(slot, generation));
    for (const instance of this.instances) {
      if (!kept.includes(instance) && !listed.includes(instance)) this.#leaving.push(instance);
    }
    this.instances = [...listed, ...kept];
    if (this.instances.length > 0) this.seatWaiting();
    else this.#wakeWaiting();
  }

  /** Nothing is left to wait for: whoever waits has to ask control for an instance. */
  #wakeWaiting(): void {
    for (const { boarded } of this.waiting) boarded?.();
  }

  /**
   * Takes the slots of control's answer to an activation; they add to what the table says. Control vouches
   * for them, so one that could not be reached before is tried again.
   */
  addSlots(slots: readonly number[], generation: number): void {
    const added = slots.map((slot) => this.#named(slot, generation));
    for (const instance of added) instance.avoidedUntil = 0;
    this.instances = [...this.instances.filter((instance) => !added.includes(instance)), ...added];
    this.seatWaiting();
  }

  /** True when load asks for one more instance and control has not been asked just now. */
  wantsMore(now: number): boolean {
    const { targetConcurrency, maxInstances } = this.function.entry;
    const count = this.instances.length;
    // The first instance comes by activation.
    if (count === 0 || count >= maxInstances) return false;
    if (this.counters.inFlight + this.waiting.size <= targetConcurrency * count) return false;
    if (now - this.#scaleAskedAt < scaleAskedEveryMs) return false;
    this.#scaleAskedAt = now;
    return true;
  }

  countHead(flight: Flight, now: number): void {
    this.counters.changedAt = now;
    if (!flight.shadow) this.#countVisit(flight, now);
    this.function.ring.add(flight);
  }

  #countVisit(flight: Flight, now: number): void {
    const { counters } = this;
    counters.countDuration(flight.durationMs);
    if (flight.coldStart) counters.coldStarts += 1;
    if (flight.error !== undefined && flight.error !== 'FN_004') counters.countRefusal(flight.error, now);
    else if (flight.status >= 500) counters.errors += 1;
  }

  /** A body broke off: control hears of it even if it has the flight's record already. */
  countBreak(flight: Flight, now: number): void {
    if (flight.brokenOff) this.counters.countRefusal(flight.brokenOff.code, now);
    this.function.ring.amend(flight);
  }

  /** Instances with requests, those that are leaving included. */
  *busyInstances(): Iterable<Instance> {
    this.#leaving = this.#leaving.filter(({ inFlight }) => inFlight > 0);
    for (const list of [this.instances, this.#leaving]) {
      for (const instance of list) if (instance.inFlight > 0) yield instance;
    }
  }

  #named(slot: number, generation: number): Instance {
    const known = this.instances.find((instance) => instance.slot === slot);
    if (!known) return new Instance(slot, generation);
    known.generation = Math.max(known.generation, generation);
    return known;
  }
}
