// Rules as the router has them: what of a function's, and of the route by which a request came, holds. Control has
// checked and compiled them; each section's shape is in `rules/`.

import type { AuthEntry } from './rules/auth.ts';
import type { BotsEntry } from './rules/bots.ts';
import type { CacheEntry } from './rules/cache.ts';
import type { CorsEntry } from './rules/cors.ts';
import type { CsrfEntry } from './rules/csrf.ts';
import type { ExperimentsEntry } from './rules/experiments.ts';
import type { GeoEntry } from './rules/geo.ts';
import type { HeaderRuleEntry } from './rules/headers.ts';
import type { InjectionEntry } from './rules/inject.ts';
import type { IpEntry } from './rules/ip.ts';
import type { RateLimitEntry } from './rules/rate-limits.ts';
import type { RedirectEntry } from './rules/redirects.ts';
import type { RegionsEntry } from './rules/regions.ts';
import type { RewriteEntry } from './rules/rewrite.ts';
import type { SizeEntry } from './rules/size.ts';
import type { TlsEntry } from './rules/tls.ts';
import type { WebhookEntry } from './rules/webhook.ts';

export interface RulesEntry {
  readonly geo?: GeoEntry;
  readonly auth?: AuthEntry;
  readonly regions?: RegionsEntry;
  readonly webhook?: WebhookEntry;
  readonly rate_limits?: readonly RateLimitEntry[];
  readonly tls?: TlsEntry;
  readonly ip?: IpEntry;
  readonly bots?: BotsEntry;
  readonly size?: SizeEntry;
  readonly cors?: CorsEntry;
  readonly csrf?: CsrfEntry;
  readonly redirects?: readonly RedirectEntry[];
  readonly rewrite?: readonly RewriteEntry[];
  readonly requestHeaders?: readonly HeaderRuleEntry[];
  readonly inject?: readonly InjectionEntry[];
  readonly responseHeaders?: readonly HeaderRuleEntry[];
  readonly experiments?: ExperimentsEntry;
  readonly cache?: CacheEntry;
}
