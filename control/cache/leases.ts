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

/** `again`: look again, as there may be something, or the lease is free. `alone`: there is nothing to wait for. */
export type WaitEnd = 'again' | 'alone';

interface Held {
  readonly lease: Lease;
  readonly waiters: Set<(end: WaitEnd) => void>;
}

export class Leases {
  readonly #byKey = new Map<string, Held>();
  /** Those that were taken over too: what they bring is stored all the same. */
  readonly #byId = new Map<string, Held>();
  /** Keys whose answers may not be stored, and until when nobody waits for one. */
  readonly #passes = new Map<string, number>();
  collapsed = 0;

  /**
   * Undefined when another has it, and has had it for less than `patienceMs`: after that the one who asks would not wait
   * for it, and its front may have died.
   */
  take(
    place: CachePlace,
    ask: Ask,
    { entry, patienceMs, now }: { entry: Entry | undefined; patienceMs: number; now: number },
  ): Lease | undefined {
    const held = this.#byKey.get(place.key);
    if (held && now - held.lease.since < patienceMs) return undefined;
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

  /** Waits for whoever has the lease of `key`, no longer than `forMs`, and not for somebody who has `gone`. */
  wait(key: string, forMs: number, gone: AbortSignal): Promise<WaitEnd> {
    const held = this.#byKey.get(key);
    if (!held) return Promise.resolve('again');
    if (held.waiters.size >= cacheWaitersMax || forMs <= 0) return Promise.resolve('alone');
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

  /** What the lease was for is done. Whoever waits for one that took it over hears of it too. */
  settle(lease: Lease, how: WaitEnd): void {
    const held = this.#byId.get(lease.id);
    if (!held) return;
    this.#byId.delete(lease.id);
    const current = this.#byKey.get(lease.place.key);
    if (current === held) this.#byKey.delete(lease.place.key);
    const others = how === 'again' && current ? current.waiters : [];
    for (const end of [...held.waiters, ...others]) end(how);
  }

  /** Nobody is to wait for an answer of this key for a while. */
  pass(key: string, now: number): void {
    if (this.#passes.size >= cachePassesMax) this.#passes.clear();
    this.#passes.set(key, now + cachePassMs);
  }

  /** Forgets leases that nobody will bring back. */
  sweep(now: number): void {
    for (const lease of this.all()) if (now - lease.since >= cacheLeaseMs) this.settle(lease, 'alone');
  }
}
