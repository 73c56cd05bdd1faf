// A request that changes something makes what is stored of its URL wrong (RFC 9111 section 4.4).

import type { CacheEntry } from '../../contract/rules/cache.ts';
import type { Visit } from '../visit.ts';
import type { CacheDoor } from './cache-door.ts';
import { purgeUrl } from './cache-key.ts';
import { forwarded } from './finish-cached.ts';

const CHANGES_NOTHING = new Set(['OPTIONS', 'TRACE']);

/** Resolves when it is forgotten, so that whoever has the answer does not find what was before. */
export async function forgetWritten(
  rule: CacheEntry,
  visit: Visit,
  response: Response,
  door: CacheDoor,
): Promise<Response> {
  const { request } = visit;
  if (!CHANGES_NOTHING.has(request.method) && response.status >= 200 && response.status < 400) {
    const urls = [request.url, ...named(response, visit)].map((url) => purgeUrl(url, rule.key.query));
    visit.trace.note('cache', 'what is stored of these URLs is forgotten', { urls });
    await door.tell('POST', { do: 'invalidate', function: visit.target.entry.id, urls });
  }
  return forwarded(rule, response, { fwd: 'method' });
}

/**
 * `Location` and `Content-Location`, if they are of the same host: nobody says anything of another one's. A function that
 * is mounted at a path may know of it or not.
 */
function named({ headers }: Response, { request, target: { mount } }: Visit): string[] {
  return ['location', 'content-location'].flatMap((name) => {
    const value = headers.get(name);
    if (value === null || !URL.canParse(value, request.url)) return [];
    const url = new URL(value, request.url);
    if (url.host !== new URL(request.url).host) return [];
    return mount === null ? [url.href] : [url.href, `${url.origin}${mount}${url.pathname}${url.search}`];
  });
}
