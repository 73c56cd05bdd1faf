// Rules as the router has them: what of a function's, and of the route by which a request came, holds. Control has
// checked and compiled them; each section's shape is in `rules/`.

import type { RateLimitEntry } from './rules/rate-limits.ts';
import type { RegionsEntry } from './rules/regions.ts';
import type { TlsEntry } from './rules/tls.ts';

export interface RulesEntry {
  readonly regions?: RegionsEntry;
  readonly rate_limits?: readonly RateLimitEntry[];
  readonly tls?: TlsEntry;
}
