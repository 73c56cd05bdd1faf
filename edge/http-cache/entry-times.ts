// How long a stored response may be used, and for what. All in milliseconds.

import { type Directives, secondsOf } from './parse-directives.ts';

export interface EntryTimes {
  /** When the response was made: its age is the time since. */
  readonly generatedAt: number;
  /** 0 for one that is asked about each time (`no-cache`). */
  readonly freshMs: number;
  /** After that: used while it is asked for anew, and used when that fails. */
  readonly staleWhileMs: number;
  readonly staleErrorMs: number;
  /** It may be asked about, as it has an ETag or Last-Modified: kept for longer. */
  readonly asked: boolean;
}

/** What is stale is kept this long for its validator's sake. */
export const validatorKeptMs = 86_400_000;

export type Reuse = 'fresh' | 'stale-while-revalidate' | 'revalidate';

export const ageOf = ({ generatedAt }: EntryTimes, now: number): number => Math.max(0, now - generatedAt);

/** What is left of it; negative once it is stale. */
export const ttlOf = (times: EntryTimes, now: number): number => times.freshMs - ageOf(times, now);

/** `client` are the directives of a request that may have its say; see `client_directives` of the rule. */
export function judgeReuse(times: EntryTimes, now: number, client: Directives | undefined): Reuse {
  const [age, ttl] = [ageOf(times, now), ttlOf(times, now)];
  if (client && refuses(client, age, ttl)) return 'revalidate';
  if (ttl > 0) return 'fresh';
  if (-ttl < times.staleWhileMs) return 'stale-while-revalidate';
  return client && acceptsStale(client, -ttl, times) ? 'fresh' : 'revalidate';
}

/** Whether it may stand in for an answer that failed. */
export const standsIn = (times: EntryTimes, now: number): boolean => -ttlOf(times, now) < times.staleErrorMs;

/** When nothing can be done with it any more. */
export const uselessAt = (times: EntryTimes): number =>
  times.generatedAt +
  times.freshMs +
  Math.max(times.staleWhileMs, times.staleErrorMs, times.asked ? validatorKeptMs : 0);

function refuses(client: Directives, ageMs: number, ttlMs: number): boolean {
  if (client.has('no-cache')) return true;
  const [maxAge, minFresh] = [secondsOf(client, 'max-age'), secondsOf(client, 'min-fresh')];
  // With max-stale, an age past the limit is a matter of that.
  if (maxAge !== undefined && ageMs > maxAge * 1000 && !client.has('max-stale')) return true;
  return minFresh !== undefined && ttlMs < minFresh * 1000;
}

/** `max-stale` opens nothing that the response forbids, which then has no time as stale at all. */
function acceptsStale(client: Directives, staleMs: number, { staleErrorMs, freshMs }: EntryTimes): boolean {
  if (!client.has('max-stale') || staleErrorMs < 0 || freshMs === 0) return false;
  const most = client.get('max-stale');
  return most === true || staleMs <= (secondsOf(client, 'max-stale') ?? 0) * 1000;
}
