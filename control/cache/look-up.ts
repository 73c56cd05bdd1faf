// The answer to "is there something?": what is stored, or a lease to ask the function for it, or that others ask already.

import type { CacheAnswer, CacheLease, CacheMiss, CachePlace } from '../../edge/contract/cache.ts';
import { ageOf, judgeReuse, standsIn, ttlOf } from '../../edge/http-cache/entry-times.ts';
import { fieldValue } from '../../edge/http-cache/fields.ts';
import type { Ask } from '../../edge/http-cache/judge-condition.ts';
import { parseDirectives } from '../../edge/http-cache/parse-directives.ts';
import type { CacheStore } from './cache-store.ts';
import type { Entry } from './entry.ts';
import type { Lease, Leases } from './leases.ts';
import { cacheRenewMs } from './limits.ts';

export interface Looking {
  readonly place: CachePlace;
  readonly ask: Ask;
  readonly collapseMs: number | null;
  readonly heeds: boolean;
  /** The front has gone. */
  readonly gone: AbortSignal;
}

export interface Looked {
  readonly answer: CacheAnswer;
  /** With a hit. */
  readonly entry?: Entry;
}

export async function lookUp(store: CacheStore, leases: Leases, looking: Looking): Promise<Looked> {
  const startedAt = Date.now();
  const leftMs = (): number | null =>
    looking.collapseMs === null ? null : looking.collapseMs - (Date.now() - startedAt);
  let found = lookOnce(store, leases, looking, false);
  if (found === 'wait') leases.collapsed += 1;
  // Whoever had the lease may have gone, or stored what this one cannot have.
  for (let left = leftMs(); found === 'wait'; left = leftMs()) {
    const how = await leases.wait(looking.place.key, left ?? 0, looking.gone);
    const collapseMs = how === 'alone' || looking.gone.aborted ? null : looking.collapseMs;
    found = lookOnce(store, leases, { ...looking, collapseMs }, true);
  }
  return found;
}

function lookOnce(
  store: CacheStore,
  leases: Leases,
  { place, ask, collapseMs, heeds }: Looking,
  waited: boolean,
): Looked | 'wait' {
  const now = Date.now();
  const { entry, others } = store.find(place.key, ask, now);
  const client = heeds ? parseDirectives(ask('cache-control') ?? pragma(ask)) : undefined;
  const reuse = entry && judgeReuse(entry.times, now, client);
  const take = (leastMs: number): Lease | undefined =>
    collapseMs === null
      ? undefined
      : leases.take(place, ask, { entry, patienceMs: Math.max(leastMs, collapseMs), now });
  const collapsed = waited ? ({ collapsed: true } as const) : {};
  if (entry && reuse !== 'revalidate') {
    const stale = reuse === 'stale-while-revalidate';
    const lease = stale ? take(cacheRenewMs) : undefined;
    const hit = hitOf(entry, stale ? 'stale' : 'fresh', now);
    return { entry, answer: { ...hit, ...collapsed, ...(lease && { lease: told(lease, store) }) } };
  }
  const standing = entry && standsIn(entry.times, now) ? ({ standsIn: true } as const) : {};
  const missed = { miss: missOf(entry, others, now), ...collapsed, ...standing };
  if (collapseMs === null || leases.passes(place.key, now)) return { answer: missed };
  const lease = take(0);
  return lease ? { answer: { ...missed, lease: told(lease, store) } } : 'wait';
}

export function hitOf(entry: Entry, hit: 'fresh' | 'stale', now: number): CacheAnswer & { hit: string } {
  return {
    hit,
    age: Math.floor(ageOf(entry.times, now) / 1000),
    ttl: Math.ceil(ttlOf(entry.times, now) / 1000),
    ...(entry.decoded && { encoding: fieldValue(entry.fields, 'content-encoding') ?? 'gzip' }),
  };
}

function missOf(entry: Entry | undefined, others: boolean, now: number): CacheMiss {
  if (entry) return ttlOf(entry.times, now) > 0 ? 'request' : 'stale';
  return others ? 'vary-miss' : 'uri-miss';
}

/** `Pragma: no-cache` counts where there is no `Cache-Control` (RFC 9111 section 5.4). */
const pragma = (ask: Ask): string | null => (/\bno-cache\b/i.test(ask('pragma') ?? '') ? 'no-cache' : null);

function told({ id, entry }: Lease, store: CacheStore): CacheLease {
  const etag = entry && fieldValue(entry.fields, 'etag');
  const lastModified = entry && fieldValue(entry.fields, 'last-modified');
  return {
    id,
    bytesMax: store.cacheEntryBytesMax,
    ...(etag && { etag }),
    ...(lastModified && { lastModified }),
  };
}
