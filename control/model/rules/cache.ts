// The section `cache` of rules: which answers of a function are kept and given to others, and for how long.

import { z } from 'zod';

/** Seconds: ten years. */
export const cacheSecondsMax = 315_360_000;
/** Names of query parameters, headers, or cookies in a key, each. */
export const cacheKeyNamesMax = 32;
export const cacheTagsMax = 32;
/** Seconds that requests may wait for another one of their key. */
export const cacheCollapseSeconds = { default: 5, max: 60 } as const;

const seconds = z.int().min(0).max(cacheSecondsMax);
const names = z
  .array(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'must be the name of a header or a cookie'))
  .max(cacheKeyNamesMax);
const tag = z
  .string()
  .regex(/^[\x21-\x2b\x2d-\x7e]{1,256}$/, 'must be 1 to 256 visible ASCII characters without a comma');

const keySchema = z.strictObject({
  /** Which parameters of the query tell answers apart; the function sees all of them. */
  query: z
    .union([z.enum(['all', 'none']), z.array(z.string().min(1).max(256)).max(cacheKeyNamesMax)])
    .default('all'),
  headers: names.default([]),
  cookies: names.default([]),
  country: z.boolean().default(false),
  /** `mobile`, `tablet` or `desktop`, by the user agent. */
  device: z.boolean().default(false),
  /** Who asks, as `auth` has said: each has answers of his own. */
  identity: z.boolean().default(false),
});

export const cacheSchema = z
  .strictObject({
    /** Of answers that do not say themselves how long they are fresh. */
    ttl: seconds.optional(),
    /** What browsers are told, in place of what the function says. */
    browser_ttl: seconds.optional(),
    key: keySchema.prefault({}),
    methods: z
      .array(z.enum(['GET', 'HEAD']))
      .min(1)
      .max(2)
      .default(['GET', 'HEAD']),
    /** As `ttl`, by status: {"404": 60}. */
    statuses: z
      .record(z.string().regex(/^[2-5]\d\d$/, 'must be a status from 200 to 599'), seconds)
      .default({}),
    stale_while_revalidate: seconds.default(0),
    stale_if_error: seconds.default(0),
    /** `ttl` and `statuses` hold whatever the function's `Cache-Control` says, `no-store` too. */
    ignore_origin: z.boolean().default(false),
    /** Takes `Set-Cookie` off what is stored; without it an answer that has one is not stored. */
    drop_cookies: z.boolean().default(false),
    /** Besides those that the function names in `Cache-Tag`. */
    tags: z.array(tag).max(cacheTagsMax).default([]),
    /** Requests that go by the cache: with one of these cookies or headers. */
    bypass: z.strictObject({ cookies: names.default([]), headers: names.default([]) }).prefault({}),
    /** Seconds that a request waits for another one of its key; 0 lets each go by itself. */
    collapse: z.number().min(0).max(cacheCollapseSeconds.max).default(cacheCollapseSeconds.default),
    /** Heeds `Cache-Control` of requests: `no-cache`, `max-age`, `only-if-cached` and so on. */
    client_directives: z.boolean().default(false),
    /** A new version begins with nothing stored. */
    purge_on_deploy: z.boolean().default(true),
  })
  .superRefine(({ ignore_origin, ttl, statuses }, context) => {
    if (!ignore_origin || ttl !== undefined || Object.keys(statuses).length > 0) return;
    context.addIssue({
      code: 'custom',
      path: ['ignore_origin'],
      message: 'is true, so that nothing says how long answers are fresh: set "ttl" or "statuses"',
    });
  });
export type CacheRules = z.infer<typeof cacheSchema>;
