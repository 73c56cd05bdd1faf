// Keeps answers in the platform's cache, common to all instances of the function: Hono's `cache` on the Cache API.

import { cache as honoCache } from 'hono/cache';
import { fromHono } from './from-hono.ts';
import type { Middleware } from './middleware.ts';
import { type Duration, readDuration } from './read-duration.ts';

export interface CacheOptions {
  /** `"5m"`; what the function says in its own `Cache-Control` comes first. */
  readonly maxAge: Duration;
  /** Request headers that the answer depends on. */
  readonly vary?: string | string[];
  /** Answers are kept under this name; for parts of a function that may not meet. */
  readonly name?: string;
}

export function cache({ maxAge, vary, name = 'middleware' }: CacheOptions): Middleware {
  const seconds = Math.ceil(readDuration(maxAge, "cache's maxAge") / 1000);
  return fromHono(
    honoCache({
      cacheName: name,
      cacheControl: `max-age=${seconds}`,
      onCacheNotAvailable: false,
      ...(vary !== undefined && { vary }),
    }),
  );
}
