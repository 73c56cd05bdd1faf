// One instance as this front sees it: the slot behind which it listens, and what it has been given.

import { slotBinding } from '../contract/names.ts';

/** An instance that could not be reached is passed over for this long, unless there is no other. */
export const instanceAvoidedMs = 2000;

export class Instance {
  readonly slot: number;
  readonly binding: `SLOT_${number}`;
  /** Generation of the table, or of control's answer, that named the slot last. */
  generation: number;
  /** Requests handed over and not yet fully answered. */
  inFlight = 0;
  /** Those of them whose response head has not come. */
  awaiting = 0;
  /** It has been handed a WebSocket, which may be open still. */
  upgraded = false;
  avoidedUntil = 0;

  constructor(slot: number, generation: number) {
    this.slot = slot;
    this.binding = slotBinding(slot) as `SLOT_${number}`;
    this.generation = generation;
  }
}

/** The instance with the fewest requests that may have one more; undefined when there is none. */
export function pickInstance(
  instances: readonly Instance[],
  concurrency: number,
  now: number,
): Instance | undefined {
  let best: Instance | undefined;
  for (const instance of instances) {
    if (instance.inFlight >= concurrency || instance.avoidedUntil > now) continue;
    if (best === undefined || instance.inFlight < best.inFlight) best = instance;
  }
  return best;
}
