// `stale-if-error`: what is stored, though it is stale, when the function fails.

import { PlatformError } from '../../dispatch/platform-error.ts';
import { CACHE_STATUS_HEADER } from './cache-status.ts';
import { fromStore } from './finish-cached.ts';
import type { Next, Way } from './through-cache.ts';

const FAILURES = new Set([500, 502, 503, 504]);

/** Whether RFC 5861 calls it an error. */
export const failed = ({ status }: Response): boolean => FAILURES.has(status);

/** The function's answer, or what stands in for it. `lease` is given back when something does. */
export async function standingIn(
  way: Way,
  stands: boolean,
  lease: string | null,
  next: Next,
): Promise<Response> {
  let response: Response;
  try {
    response = await next();
  } catch (error) {
    if (!stands || !(error instanceof PlatformError) || !FAILURES.has(error.status)) throw error;
    const stored = await storedOf(way, lease);
    if (!stored) throw error;
    return stored;
  }
  if (!stands || !failed(response)) return response;
  const stored = await storedOf(way, lease);
  if (!stored) return response;
  await response.body?.cancel();
  return stored;
}

export const stoodIn = new WeakSet<Response>();

async function storedOf(
  { door, visit, place, rule }: Way,
  lease: string | null,
): Promise<Response | undefined> {
  const reply = await door.ask(visit.request, { do: 'stand-in', place, lease });
  if (!reply || !('hit' in reply.answer)) return undefined;
  visit.trace.note('cache', 'the function failed, and a stale answer stands in');
  const response = fromStore(rule, reply.response, reply.answer);
  response.headers.delete(CACHE_STATUS_HEADER);
  stoodIn.add(response);
  return response;
}
