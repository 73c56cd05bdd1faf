// The URL that a variant sends a request to: another path, or one that the asked path is put behind. The query stays.

import { splitUrl } from '../../route/split-url.ts';

export function rewritePath(url: string, wanted: string): string {
  const { origin, path, query } = splitUrl(url);
  const to = wanted.endsWith('/*') ? wanted.slice(0, -2) + path : wanted;
  return `${origin}${to}${query}`;
}
