// All functions of this front and all requests on their way, and what control is told of them.

import type { FrontStatus, ShadowReport } from '../contract/front-api.ts';
import type { FunctionEntry } from '../contract/routing-table.ts';
import { FunctionState } from './function-state.ts';
import { InvocationRing } from './invocation-ring.ts';
import type { VersionState } from './version-state.ts';

/** A version without change for this long is left out of the status. */
export const statusQuietMs = 10_000;

export class Traffic {
  readonly ring = new InvocationRing();
  readonly #functions = new Map<string, FunctionState>();

  /** Undefined for a function that has had no request here. */
  function(id: string): FunctionState | undefined {
    return this.#functions.get(id);
  }

  /**
   * The state of a function, made at its first request. Most functions of a large table never have one in this
   * front, and what is kept of them is walked over by every collection of the heap.
   */
  of(entry: FunctionEntry, generation: number): FunctionState {
    let state = this.#functions.get(entry.id);
    if (!state) {
      state = new FunctionState(entry, generation, this.ring);
      this.#functions.set(entry.id, state);
    }
    return state;
  }

  /** Takes over a changed entry. */
  update(entry: FunctionEntry, generation: number): void {
    this.#functions.get(entry.id)?.update(entry, generation);
  }

  remove(id: string, generation: number): void {
    this.#functions.get(id)?.remove(generation);
  }

  /** Takes a whole table: functions that it lacks are removed. */
  replace(entries: Readonly<Record<string, FunctionEntry>>, generation: number): void {
    for (const id of this.#functions.keys()) {
      const entry = entries[id];
      if (entry) this.update(entry, generation);
      else this.remove(id, generation);
    }
  }

  status(generation: number, since: number, now: number): Omit<FrontStatus, 'credentialsUsed'> {
    const versions: FrontStatus['versions'][number][] = [];
    const awaiting: Record<string, number> = {};
    const inFlight: Record<string, number> = {};
    const upgraded: number[] = [];
    const shadows: ShadowReport[] = [];
    for (const owner of this.#functions.values()) {
      const { shadow } = owner;
      if (shadow && now - shadow.changedAt <= statusQuietMs) shadows.push(shadow.report(owner.entry.id));
      for (const state of owner.versions.values()) {
        if (!isQuiet(state, now)) versions.push(state.counters.snapshot(owner.entry.id, state.version));
        for (const instance of state.instances) if (instance.upgraded) upgraded.push(instance.slot);
        for (const instance of state.busyInstances()) {
          inFlight[instance.slot] = (inFlight[instance.slot] ?? 0) + instance.inFlight;
          if (instance.awaiting > 0)
            awaiting[instance.slot] = (awaiting[instance.slot] ?? 0) + instance.awaiting;
        }
      }
    }
    this.#forgetDeparted(now);
    const { ring } = this;
    const records = ring.since(since);
    return {
      ...{ generation, versions, awaiting, inFlight, upgraded, records, shadows },
      ...{ seq: ring.seq, recordsDropped: ring.dropped },
    };
  }

  /** Versions that no request can reach any more are forgotten once control has been told of their last one. */
  #forgetDeparted(now: number): void {
    for (const [id, owner] of this.#functions) {
      for (const [version, state] of owner.versions) {
        if (!owner.serves(version) && state.instances.length === 0 && isQuiet(state, now)) {
          owner.versions.delete(version);
        }
      }
      if (owner.removed && owner.versions.size === 0) this.#functions.delete(id);
    }
  }
}

function isQuiet({ counters }: VersionState, now: number): boolean {
  return counters.inFlight === 0 && counters.queued === 0 && now - counters.changedAt > statusQuietMs;
}
