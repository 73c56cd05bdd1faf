// The answer to "is there something?": what is stored, or a lease to ask the function for it, or that others ask already.

import type { CacheAnswer, CacheLease, CacheMiss, CachePlace } from '../../edge/contract/cache.ts';
import { ageOf, judgeReuse, standsIn, ttlOf } from '../../edge/http-cache/entry-times.ts';
import { fieldValue } from '../../edge/http-cache/fields.ts';
import type { Ask } from '../../edge/http-cache/judge-condition.ts';
import { parseDirectives } from '../../edge/http-cache/parse-directives.ts';
import type { CacheStore } from './cache-store.ts';
import type { Entry } from './entry.ts';
import type { Lease, Leases } from './leases.ts';

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
  const first = lookOnce(store, leases, looking, false);
  if (first !== 'wait') return first;
  const started = Date.now();
  const { place, collapseMs, gone } = looking;
  const how = await leases.wait(place.key, collapseMs ?? 0, gone);
  const left = (collapseMs ?? 0) - (Date.now() - started);
  const again = lookOnce(
    store,
    leases,
    { ...looking, collapseMs: how === 'stored' && left > 0 ? left : null },
    true,
  );
  // It was stored for others than this one, and somebody asks for this one's already.
  return again === 'wait' ? { answer: { miss: 'uri-miss', collapsed: true } } : again;
}

function lookOnce(store: CacheStore, leases: Leases, looking: Looking, waited: boolean): Looked | 'wait' {
  const { place, ask, collapseMs, heeds } = looking;
  const now = Date.now();
  const { entry, others } = store.find(place.key, ask, now);
  const client = heeds ? parseDirectives(ask('cache-control') ?? pragma(ask)) : undefined;
  const reuse = entry && judgeReuse(entry.times, now, client);
  const collapsed = waited ? ({ collapsed: true } as const) : {};
  if (entry && reuse !== 'revalidate') {
    const stale = reuse === 'stale-while-revalidate';
    const lease = stale && collapseMs !== null ? leases.take(place, ask, entry, now) : undefined;
    return {
      entry,
      answer: {
        ...hitOf(entry, stale ? 'stale' : 'fresh', now),
        ...collapsed,
        ...(lease && { lease: told(lease, store) }),
      },
    };
  }
  const miss = missOf(entry, others, now);
  const standing = entry && standsIn(entry.times, now) ? ({ standsIn: true } as const) : {};
  if (collapseMs === null || leases.passes(place.key, now))
    return { answer: { miss, ...collapsed, ...standing } };
  const lease = leases.take(place, ask, entry, now);
  return lease ? { answer: { miss, ...collapsed, ...standing, lease: told(lease, store) } } : 'wait';
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
