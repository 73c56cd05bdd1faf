// A function's entry in the table together with what its requests share in this front.

import type { FunctionEntry } from '../contract/routing-table.ts';
import type { InvocationRing } from './invocation-ring.ts';
import { RateLease } from './rate-lease.ts';
import { ShadowTally } from './shadow-tally.ts';
import { Split } from './split.ts';
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
  /** The one version that takes all who come; undefined when several share them or there is none. */
  only: VersionState | undefined;
  /** How visitors are divided; undefined when there is nothing to decide about. */
  split: Split | undefined;
  /** What a share of the requests is copied to; undefined for nothing. */
  shadow: ShadowTally | undefined;

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
    this.#divide(entry);
    this.#shadow(entry);
  }

  #divide({ id, deployment, sticky }: FunctionEntry): void {
    const all = deployment.find(({ shareBp }) => shareBp === FULL_SHARE_BP);
    this.only = all && this.version(all.version);
    // Only a cookie remembers which version a visitor had, and so who belongs to one at share 0.
    const decides = deployment.length > 1 && (all === undefined || sticky.by === 'cookie');
    this.split = decides ? new Split(id, deployment) : undefined;
  }

  /**
   * What was counted of a version goes on while it is the shadow. One with a share of its own gets no copies: it
   * has real requests to show what it does, and a copy could take a place from one.
   */
  #shadow({ shadow, deployment }: FunctionEntry): void {
    const has = deployment.some(({ version, shareBp }) => version === shadow?.version && shareBp > 0);
    const shareBp = has ? 0 : (shadow?.shareBp ?? 0);
    if (shadow === null) this.shadow = undefined;
    else if (this.shadow?.version === shadow.version) this.shadow.shareBp = shareBp;
    else this.shadow = new ShadowTally(shadow.version, shareBp);
  }

  /** What this front may take of the function's rate; made when the first request asks. */
  get lease(): RateLease {
    this.#lease ??= new RateLease();
    return this.#lease;
  }

  /** The function has left the table; what it still has in flight is finished. */
  remove(generation: number): void {
    const nothing = { deployment: [], previews: [], aliases: {}, shadow: null, slots: {} };
    this.update({ ...this.entry, ...nothing }, generation);
    this.removed = true;
  }

  /** Version for a request without a wish; undefined when nothing is deployed. */
  live(): VersionState | undefined {
    if (this.only !== undefined) return this.only;
    const picked = this.split?.byChance(Math.random() * FULL_SHARE_BP);
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
    const { deployment, previews, aliases, shadow, slots } = this.entry;
    return (
      deployment.some((share) => share.version === version) ||
      previews.includes(version) ||
      version in slots ||
      shadow?.version === version ||
      Object.values(aliases).includes(version)
    );
  }
}
