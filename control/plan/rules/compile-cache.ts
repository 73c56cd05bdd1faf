// The section `cache` of rules, as the router reads it. Pure.

import type { CacheEntry } from '../../../edge/contract/rules/cache.ts';
import type { CacheRules } from '../../model/rules/cache.ts';

export function compileCache(rules: CacheRules): CacheEntry {
  const { key, bypass } = rules;
  return {
    storing: {
      ttl: rules.ttl ?? null,
      statuses: rules.statuses,
      ignoreOrigin: rules.ignore_origin,
      staleWhileRevalidate: rules.stale_while_revalidate,
      staleIfError: rules.stale_if_error,
      dropCookies: rules.drop_cookies,
    },
    browserTtl: rules.browser_ttl ?? null,
    key: {
      query: key.query === 'all' ? null : key.query === 'none' ? [] : sorted(key.query),
      headers: lower(key.headers),
      cookies: sorted(key.cookies),
      country: key.country,
      device: key.device,
      identity: key.identity,
      version: rules.purge_on_deploy,
    },
    methods: rules.methods,
    tags: rules.tags,
    bypass: { cookies: bypass.cookies, headers: lower(bypass.headers) },
    collapseMs: Math.round(rules.collapse * 1000),
    heeds: rules.client_directives,
  };
}

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();
const lower = (names: readonly string[]): string[] => sorted(names.map((name) => name.toLowerCase()));
