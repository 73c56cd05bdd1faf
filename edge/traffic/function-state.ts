// A function's entry in the table together with what its requests share in this front.

import type { FunctionEntry } from '../contract/routing-table.ts';
import type { InvocationRing } from './invocation-ring.ts';
import { pickVersion } from './pick-version.ts';
import { RateLease } from './rate-lease.ts';
import { Lane } from './turns.ts';
import { VersionState } from './version-state.ts';

const FULL_SHARE_BP = 10_000;

export class FunctionState {
  entry: FunctionEntry;
  /** Generation of the table that brought the entry. */
  generation: number;
  /** It has left the table. */
  removed = false;
  /** Requests that wait for an instance, all versions together. */
  queued = 0;
  readonly versions = new Map<string, VersionState>();
  /** Its share of the front. */
  readonly lane = new Lane();
  #lease: RateLease | undefined;
  readonly ring: InvocationRing;
  /** The one version that has all the traffic; undefined when several share it or there is none. */
  #only: VersionState | undefined;

  constructor(entry: FunctionEntry, generation: number, ring: InvocationRing) {
    this.entry = entry;
    this.generation = generation;
    this.ring = ring;
    this.update(entry, generation);
  }

  update(entry: FunctionEntry, generation: number): void {
    this.entry = entry;
    this.generation = generation;
    this.removed = false;
    for (const version of Object.keys(entry.slots)) this.version(version);
    for (const state of this.versions.values()) state.setSlots(entry.slots[state.version] ?? [], generation);
    const [first] = entry.deployment;
    this.#only = first?.shareBp === FULL_SHARE_BP ? this.version(first.version) : undefined;
  }

  /** What this front may take of the function's rate; made when the first request asks. */
  get lease(): RateLease {
    this.#lease ??= new RateLease();
    return this.#lease;
  }

  /** The function has left the table; what it still has in flight is finished. */
  remove(generation: number): void {
    this.update({ ...this.entry, deployment: [], previews: [], slots: {} }, generation);
    this.removed = true;
  }

  /** Version for a request without a wish; undefined when nothing is deployed. */
  live(): VersionState | undefined {
    if (this.#only !== undefined) return this.#only;
    const picked = pickVersion(this.entry.deployment, Math.random() * FULL_SHARE_BP);
    return picked === undefined ? undefined : this.version(picked);
  }

  version(id: string): VersionState {
    let state = this.versions.get(id);
    if (!state) {
      state = new VersionState(this, id);
      this.versions.set(id, state);
    }
    return state;
  }

  /** Whether requests may still come for a version. */
  serves(version: string): boolean {
    const { deployment, previews, slots } = this.entry;
    return (
      deployment.some((share) => share.version === version) || previews.includes(version) || version in slots
    );
  }
}
