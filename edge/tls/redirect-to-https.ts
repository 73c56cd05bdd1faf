// From HTTP to HTTPS, at the same host and path. Pure.

import { splitUrl } from '../route/split-url.ts';
import { CHALLENGE_PREFIX } from './answer-challenge.ts';

const HTTPS_PORT = 443;

/** Undefined for what an authority asks, which may come by HTTP alone. `port` is undefined where a proxy serves TLS. */
export function httpsUrl(url: string, port: number | undefined): string | undefined {
  const { origin, path, query } = splitUrl(url);
  if (path.startsWith(CHALLENGE_PREFIX)) return undefined;
  const host = origin.slice(origin.indexOf('://') + 3).replace(/:\d*$/, '');
  return `https://${host}${port === undefined || port === HTTPS_PORT ? '' : `:${port}`}${path}${query}`;
}

/** Whoever sends a body is to send it again: 308. For GET, all clients know 301. */
export function redirectToHttps(method: string, location: string): Response {
  const status = method === 'GET' || method === 'HEAD' ? 301 : 308;
  return new Response(null, { status, headers: { location } });
}
