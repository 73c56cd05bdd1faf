// Who asks a function for what is not stored: one request of a key at a time, over all fronts. The others wait for it, for
// as long as their rule says, and then go by themselves.

import { randomBytes } from 'node:crypto';
import type { CachePlace } from '../../edge/contract/cache.ts';
import type { Ask } from '../../edge/http-cache/judge-condition.ts';
import type { Entry } from './entry.ts';
import { cacheLeaseMs, cachePassesMax, cachePassMs, cacheWaitersMax } from './limits.ts';

export interface Lease {
  readonly id: string;
  readonly place: CachePlace;
  /** The headers of the request that has it. */
  readonly ask: Ask;
  /** What is asked about, if something is stored. */
  readonly entry: Entry | undefined;
  readonly since: number;
  /** Something was purged meanwhile that the answer may be. */
  doomed: boolean;
}

/** `stored`: look again. `alone`: there is nothing to wait for. */
export type WaitEnd = 'stored' | 'alone';

interface Held {
  readonly lease: Lease;
  readonly waiters: Set<(end: WaitEnd) => void>;
}

export class Leases {
  readonly #byKey = new Map<string, Held>();
  readonly #byId = new Map<string, Held>();
  /** Keys whose answers may not be stored, and until when nobody waits for one. */
  readonly #passes = new Map<string, number>();
  collapsed = 0;

  /** Undefined when another has it. One that was kept for too long is taken over. */
  take(place: CachePlace, ask: Ask, entry: Entry | undefined, now: number): Lease | undefined {
    const held = this.#byKey.get(place.key);
    if (held && now - held.lease.since < cacheLeaseMs) return undefined;
    if (held) this.#end(held, 'alone');
    const id = randomBytes(12).toString('base64url');
    const lease: Lease = { id, place, ask, entry, since: now, doomed: false };
    const holding = { lease, waiters: new Set<(end: WaitEnd) => void>() };
    this.#byKey.set(place.key, holding);
    this.#byId.set(id, holding);
    return lease;
  }

  of(id: string): Lease | undefined {
    return this.#byId.get(id)?.lease;
  }

  all(): Lease[] {
    return [...this.#byId.values()].map(({ lease }) => lease);
  }

  /** Whether its answers were not to be stored a moment ago. */
  passes(key: string, now: number): boolean {
    const until = this.#passes.get(key);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#passes.delete(key);
    return false;
  }

  /** Waits for whoever has the lease of `key`, no longer than `forMs`, and no longer than `gone` is not aborted. */
  wait(key: string, forMs: number, gone: AbortSignal): Promise<WaitEnd> {
    const held = this.#byKey.get(key);
    if (!held || held.waiters.size >= cacheWaitersMax || forMs <= 0) return Promise.resolve('alone');
    this.collapsed += 1;
    return new Promise((resolve) => {
      const end = (how: WaitEnd): void => {
        clearTimeout(timer);
        held.waiters.delete(end);
        resolve(how);
      };
      const timer = setTimeout(() => end('alone'), forMs);
      gone.addEventListener('abort', () => end('alone'), { once: true });
      held.waiters.add(end);
    });
  }

  /** What the lease was for is done. */
  settle(lease: Lease, how: WaitEnd): void {
    const held = this.#byId.get(lease.id);
    if (held) this.#end(held, how);
  }

  /** Nobody is to wait for an answer of this key for a while. */
  pass(key: string, now: number): void {
    if (this.#passes.size >= cachePassesMax) this.#passes.clear();
    this.#passes.set(key, now + cachePassMs);
  }

  #end({ lease, waiters }: Held, how: WaitEnd): void {
    this.#byId.delete(lease.id);
    if (this.#byKey.get(lease.place.key)?.lease === lease) this.#byKey.delete(lease.place.key);
    for (const end of [...waiters]) end(how);
  }
}
