// What tells two answers apart, as one text. Pure. Whatever may change what the function answers is in it: two requests of
// one key get one answer.

import type { CacheEntry } from '../../contract/rules/cache.ts';
import { userAgentSeenMax } from '../bots/judge-agent.ts';
import { GEO_HEADER } from '../geo/geo-headers.ts';
import type { HeaderEdit } from '../header-edit.ts';

export interface KeyParts {
  /** As the visitor sent it. */
  readonly url: string;
  /** As the function sees it. */
  readonly seenUrl: string;
  /** The version, or the other host, that answers; null when versions have entries in common. */
  readonly by: string | null;
  /** The function, when another one than the one with the rule answers. */
  readonly function: string;
  readonly header: (name: string) => string | null;
  /** What rules change of the headers that the function sees: name and value, in their order. */
  readonly edits: readonly (readonly string[])[];
  readonly country: string | null;
  /** Null for nobody that is known. */
  readonly identity: string | null;
}

export function cacheKey(rule: CacheEntry['key'], parts: KeyParts): string {
  const { header } = parts;
  const url = filteredUrl(parts.url, rule.query);
  const seen = filteredUrl(parts.seenUrl, rule.query);
  const cookies = rule.cookies.length > 0 ? readCookies(header('cookie')) : undefined;
  return JSON.stringify([
    url,
    seen === url ? 0 : seen,
    parts.by,
    parts.function,
    parts.edits,
    rule.headers.map((name) => header(name)),
    rule.cookies.map((name) => cookies?.get(name) ?? null),
    rule.country ? parts.country : 0,
    rule.device ? deviceOf(header('user-agent')) : 0,
    rule.identity ? parts.identity : 0,
  ]);
}

/**
 * What rules change of a request, but for where the visitor is: that is in the key if `country` of the rule says so. By exact
 * names of the platform's own: a rule may set any other, and what the function is told of two visitors by one that looks like
 * ours may be who they are.
 */
export const editsInKey = (edits: readonly HeaderEdit[]): string[][] =>
  edits
    .map(({ op, name, value }) => [op, name.toLowerCase(), ...(value === undefined ? [] : [value])])
    .filter(([, name = '']) => name !== GEO_HEADER && !name.startsWith(`${GEO_HEADER}-`));

/** Named parameters are sorted, so that their order means nothing; `null` takes the query as it is. */
export function filteredUrl(url: string, query: readonly string[] | null): string {
  const hash = url.indexOf('#');
  const whole = hash < 0 ? url : url.slice(0, hash);
  const mark = whole.indexOf('?');
  if (query === null || mark < 0) return whole;
  const all = new URLSearchParams(whole.slice(mark + 1));
  const kept = new URLSearchParams();
  for (const name of query) for (const value of all.getAll(name)) kept.append(name, value);
  const text = kept.toString();
  return text === '' ? whole.slice(0, mark) : `${whole.slice(0, mark)}?${text}`;
}

/** The first of a name, as browsers send the most specific one first. */
export function readCookies(header: string | null): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, equals).trim();
    if (equals > 0 && !cookies.has(name)) cookies.set(name, part.slice(equals + 1).trim());
  }
  return cookies;
}

export function deviceOf(userAgent: string | null): 'mobile' | 'tablet' | 'desktop' {
  if (userAgent === null) return 'desktop';
  const agent = userAgent.slice(0, userAgentSeenMax);
  if (/\b(iPad|Tablet|PlayBook|Silk)\b|Android(?!.*\bMobile\b)/i.test(agent)) return 'tablet';
  return /\b(Mobile|iPhone|iPod|IEMobile|Opera Mini)\b/i.test(agent) ? 'mobile' : 'desktop';
}

/** How a purge names what is stored: without its scheme, as a visitor may have come by either, and with what counts. */
export const purgeUrl = (url: string, query: readonly string[] | null): string =>
  filteredUrl(url, query).replace(/^[a-z]+:\/\//i, '');
