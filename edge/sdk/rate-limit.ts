// How often one client may call, counted in this instance alone. A function with several instances counts in each, so
// that as many times more get through; the platform's rule `rate_limits` counts exactly, in front of all of them.

import type { Context } from './context.ts';
import type { Middleware } from './middleware.ts';
import { type Duration, readDuration } from './read-duration.ts';
import { refuse } from './refuse.ts';

export interface RateLimitOptions {
  readonly maxRequests: number;
  /** `"1m"`; a window begins with a client's first request. */
  readonly window: Duration;
  /** What a client is known by; his address unless set. */
  readonly key?: (request: Request, context: Context) => string;
}

export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window ends. */
  readonly reset: number;
}

/** Clients that are counted; beyond, who began first is forgotten. */
export const countedClientsMax = 10_000;

interface Count {
  used: number;
  readonly endsAt: number;
}

export function rateLimit(options: RateLimitOptions): Middleware<{ readonly rateLimit: RateLimitState }> {
  const { maxRequests, key = addressOf } = options;
  if (!Number.isInteger(maxRequests) || maxRequests < 1)
    throw new TypeError(`rateLimit's maxRequests is ${maxRequests}: it must be a whole number of 1 or more.`);
  const windowMs = readDuration(options.window, "rateLimit's window");
  const counts = new Map<string, Count>();
  return async (request, context, next) => {
    const now = Date.now();
    const count = countOf(counts, key(request, context), now, windowMs);
    const allowed = count.used < maxRequests;
    if (allowed) count.used += 1;
    const reset = Math.max(1, Math.ceil((count.endsAt - now) / 1000));
    const state: RateLimitState = { limit: maxRequests, remaining: maxRequests - count.used, reset };
    context.rateLimit = state;
    const headers = headersOf(state, windowMs);
    if (!allowed)
      return refuse(
        429,
        'FN_007',
        `At most ${maxRequests} requests are taken in ${windowMs / 1000} s: come again in ${reset} s.`,
        {
          ...headers,
          'retry-after': String(reset),
        },
      );
    const response = await next();
    const told = new Response(response.body, response);
    for (const [name, value] of Object.entries(headers))
      if (!told.headers.has(name)) told.headers.set(name, value);
    return told;
  };
}

function countOf(counts: Map<string, Count>, key: string, now: number, windowMs: number): Count {
  const known = counts.get(key);
  if (known && known.endsAt > now) return known;
  counts.delete(key);
  const count = { used: 0, endsAt: now + windowMs };
  counts.set(key, count);
  for (const oldest of counts.keys()) {
    if (counts.size <= countedClientsMax) break;
    counts.delete(oldest);
  }
  return count;
}

const addressOf = ({ headers }: Request): string => headers.get('cf-connecting-ip') ?? '';

/** As the platform's own limits say it. */
const headersOf = (
  { limit, remaining, reset }: RateLimitState,
  windowMs: number,
): Record<string, string> => ({
  'ratelimit-policy': `"function";q=${limit};w=${Math.ceil(windowMs / 1000)}`,
  ratelimit: `"function";r=${remaining};t=${reset}`,
});
