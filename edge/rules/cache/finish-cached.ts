// The last touches of an answer that came through the cache: its age, what was done with it, and what browsers are told.

import { CACHE_ANSWER_HEADER, type CacheAnswer } from '../../contract/cache.ts';
import type { CacheEntry } from '../../contract/rules/cache.ts';
import { CACHE_STATUS_HEADER, cacheStatus, type Handling } from './cache-status.ts';

/** Answers that browsers are told a time for. */
const TOLD = new Set([200, 203, 204, 206, 300, 301, 302, 303, 304, 307, 308, 404, 410]);

type Hit = Extract<CacheAnswer, { hit: string }>;

export function fromStore(rule: CacheEntry, stored: Response, hit: Hit, handling?: Handling): Response {
  const response = new Response(stored.body, stored);
  response.headers.delete(CACHE_ANSWER_HEADER);
  // Its body is stored decoded; workerd encodes what has the header.
  if (hit.encoding !== undefined) response.headers.set('content-encoding', hit.encoding);
  response.headers.set('age', String(hit.age));
  return finish(rule, response, handling ?? { hit: hit.ttl, ...(hit.collapsed && { collapsed: true }) });
}

/** Of the function's own answer. */
export function forwarded(rule: CacheEntry, answer: Response, handling: Handling): Response {
  if (answer.webSocket) return answer;
  return finish(rule, new Response(answer.body, answer), handling);
}

function finish({ browserTtl }: CacheEntry, response: Response, handling: Handling): Response {
  const { headers, status } = response;
  headers.append(CACHE_STATUS_HEADER, cacheStatus(handling));
  headers.delete('cache-tag');
  if (browserTtl !== null && TOLD.has(status) && !headers.has('x-selvedge-error'))
    headers.set('cache-control', browserTtl === 0 ? 'no-cache' : `max-age=${browserTtl}`);
  return response;
}
