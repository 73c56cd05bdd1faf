// Stores what a function has answered to a request that had a lease, as its body comes.

import type { CacheAnswered, CacheAsk } from '../../edge/contract/cache.ts';
import { judgeStoring } from '../../edge/http-cache/judge-storing.ts';
import { varyValues } from '../../edge/http-cache/match-vary.ts';
import { storedFields } from '../../edge/http-cache/stored-fields.ts';
import type { Cache } from './cache.ts';
import type { Lease } from './leases.ts';
import { cacheEntryTagsMax, cacheFieldsBytesMax, cacheTagLengthMax } from './limits.ts';
import { takeBody, type Whole } from './take-body.ts';

export interface StoredAnswer {
  readonly status: number;
  /** Why it is not stored. */
  readonly failed?: string;
}

/** Of a request that had a lease. */
export async function storeAnswer(
  cache: Cache,
  {
    lease: leaseId,
    answered,
    bytes,
  }: Pick<Extract<CacheAsk, { do: 'store' }>, 'lease' | 'answered' | 'bytes'>,
  body: AsyncIterable<Buffer>,
): Promise<StoredAnswer> {
  const lease = cache.leases.of(leaseId);
  if (!lease) return { status: 409, failed: 'The lease is over.' };
  const whole = bytes === null ? { mark: leaseId } : { bytes };
  const stored = await storeFor(cache, lease, answered, body, whole);
  // One that broke off is another's to bring; what may not be stored is nobody's.
  const again = stored.status === 201 || stored.status === BROKEN_OFF;
  cache.leases.settle(lease, again ? 'again' : 'alone');
  return stored;
}

const BROKEN_OFF = 400;

/** `asked` is doomed when it was purged before it had an answer. What it is that is stored, nothing else decides. */
export async function storeFor(
  cache: Cache,
  { place, ask, doomed }: Pick<Lease, 'place' | 'ask' | 'doomed'>,
  answered: CacheAnswered,
  body: AsyncIterable<Buffer>,
  whole: Whole,
): Promise<StoredAnswer> {
  const judged = judgeStoring({ ...answered, method: 'GET' }, answered.rule);
  if (judged.refused !== undefined) return { status: 422, failed: judged.refused };
  const fields = storedFields(answered.fields, answered.answeredAt);
  if (sizeOf(fields) > cacheFieldsBytesMax)
    return { status: 413, failed: 'The header fields are too large.' };
  const vary = varyValues(judged.vary, ask);
  if (!vary) return { status: 413, failed: 'What the request has in the fields of Vary is too long.' };
  const taking = cache.beginTaking(place, doomed);
  try {
    const taken = await takeBody(body, cache.store, whole);
    if (taken === 'too large') return { status: 413, failed: 'The body is too large.' };
    if (taken === 'broken off') return { status: BROKEN_OFF, failed: 'The body broke off.' };
    if (cache.retired || taking.doomed) {
      if ('file' in taken) cache.store.dropFile(taken.file);
      return {
        status: 409,
        failed: taking.doomed ? 'It was purged meanwhile.' : 'Another process has the store.',
      };
    }
    const head = { ...place, vary, fields, times: judged.times };
    const { status, decoded, tags } = answered;
    cache.store.put({ ...head, status, decoded, tags: kept(tags) }, taken, Date.now());
    cache.counts.of(place.function).stored += 1;
    return { status: 201 };
  } catch (error) {
    // The connection broke, or the disk is full.
    return { status: BROKEN_OFF, failed: String(error) };
  } finally {
    cache.endTaking(taking);
  }
}

const sizeOf = (fields: CacheAnswered['fields']): number =>
  fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);

/** Those that are too many or too long are left out: a purge by them would find nothing. */
const kept = (tags: readonly string[]): string[] =>
  [...new Set(tags)].filter((tag) => tag.length <= cacheTagLengthMax).slice(0, cacheEntryTagsMax);
