// Stores what a function has answered to a request that had a lease, as its body comes.

import type { CacheAnswered } from '../../edge/contract/cache.ts';
import { fieldValue } from '../../edge/http-cache/fields.ts';
import { judgeStoring } from '../../edge/http-cache/judge-storing.ts';
import { varyValues } from '../../edge/http-cache/match-vary.ts';
import { storedFields } from '../../edge/http-cache/stored-fields.ts';
import type { Cache } from './cache.ts';
import type { TakenBody } from './cache-store.ts';
import type { Lease } from './leases.ts';
import { cacheEntryTagsMax, cacheFieldsBytesMax, cacheTagLengthMax } from './limits.ts';
import { takeBody } from './take-body.ts';

export interface StoredAnswer {
  readonly status: number;
  /** Why it is not stored. */
  readonly failed?: string;
}

/** Of a request that had a lease. */
export async function storeAnswer(
  cache: Cache,
  leaseId: string,
  answered: CacheAnswered,
  body: AsyncIterable<Buffer>,
): Promise<StoredAnswer> {
  const lease = cache.leases.of(leaseId);
  if (!lease) return { status: 409, failed: 'The lease is over.' };
  const stored = await storeFor(cache, lease, answered, body);
  const mine = cache.leases.of(leaseId) === lease;
  if (mine) cache.leases.settle(lease, stored.status === 201 ? 'stored' : 'alone');
  return stored;
}

/** `asked` is doomed when it was purged before it had an answer. What it is that is stored, nothing else decides. */
export async function storeFor(
  cache: Cache,
  { place, ask, doomed }: Pick<Lease, 'place' | 'ask' | 'doomed'>,
  answered: CacheAnswered,
  body: AsyncIterable<Buffer>,
): Promise<StoredAnswer> {
  const judged = judgeStoring({ ...answered, method: 'GET' }, answered.rule);
  if (judged.refused !== undefined) return { status: 422, failed: judged.refused };
  const fields = storedFields(answered.fields, answered.answeredAt);
  if (sizeOf(fields) > cacheFieldsBytesMax)
    return { status: 413, failed: 'The header fields are too large.' };
  const taking = cache.beginTaking(place, doomed);
  try {
    const taken = await takeBody(body, cache.store, cache.store.cacheEntryBytesMax);
    if (!taken) return { status: 413, failed: 'The body is too large.' };
    const fault = whyNot(cache, taking.doomed, declared(answered), lengthOf(taken));
    if (fault !== undefined) {
      if ('file' in taken) cache.store.dropFile(taken.file);
      return { status: 409, failed: fault };
    }
    const head = { ...place, vary: varyValues(judged.vary, ask), fields, times: judged.times };
    const { status, decoded, tags } = answered;
    cache.store.put({ ...head, status, decoded, tags: kept(tags) }, taken, Date.now());
    cache.counts.of(place.function).stored += 1;
    return { status: 201 };
  } catch (error) {
    // It broke off, or the disk is full.
    return { status: 500, failed: String(error) };
  } finally {
    cache.endTaking(taking);
  }
}

const lengthOf = (taken: TakenBody): number => ('bytes' in taken ? taken.bytes.byteLength : taken.length);

function whyNot(
  { retired }: Cache,
  doomed: boolean,
  declaredLength: number | undefined,
  length: number,
): string | undefined {
  if (retired) return 'Another process has the store.';
  if (doomed) return 'It was purged meanwhile.';
  return declaredLength !== undefined && declaredLength !== length ? 'The body broke off.' : undefined;
}

function declared({ fields, decoded }: CacheAnswered): number | undefined {
  const length = decoded ? null : fieldValue(fields, 'content-length');
  return length === null ? undefined : Number(length);
}

const sizeOf = (fields: CacheAnswered['fields']): number =>
  fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);

/** Those that are too many or too long are left out: a purge by them would find nothing. */
const kept = (tags: readonly string[]): string[] =>
  [...new Set(tags)].filter((tag) => tag.length <= cacheTagLengthMax).slice(0, cacheEntryTagsMax);
