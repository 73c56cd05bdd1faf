// The front door of `selvedge/functions`: what functions import. It runs in functions, in `functions dev` and in tests of
// the author's own; docs/middleware.md has what each does.

export { type AbTestOptions, abTest } from './ab-test.ts';
export { type AuthOptions, auth, type User } from './auth.ts';
export { type CacheOptions, cache } from './cache.ts';
export type { Context } from './context.ts';
export { type CorsOptions, cors } from './cors.ts';
export { fromHono } from './from-hono.ts';
export { type Geo, type GeoOptions, geo, type Place } from './geo.ts';
export { type Handler, type Middleware, middleware, type Next } from './middleware.ts';
export { type RateLimitOptions, type RateLimitState, rateLimit } from './rate-limit.ts';
export type { Duration } from './read-duration.ts';
