// The section `cache` of rules as the router reads it. Names of headers are in lower case.

import type { CacheStoring } from '../cache.ts';

export interface CacheEntry {
  readonly storing: CacheStoring;
  /** Seconds; null leaves what the function says. */
  readonly browserTtl: number | null;
  readonly key: {
    /** Null for all of the query. */
    readonly query: readonly string[] | null;
    readonly headers: readonly string[];
    readonly cookies: readonly string[];
    readonly country: boolean;
    readonly device: boolean;
    readonly identity: boolean;
    /** Each version has entries of its own. */
    readonly version: boolean;
  };
  readonly methods: readonly string[];
  readonly tags: readonly string[];
  readonly bypass: { readonly cookies: readonly string[]; readonly headers: readonly string[] };
  readonly collapseMs: number;
  readonly heeds: boolean;
}
