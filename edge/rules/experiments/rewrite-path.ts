// The URL that a variant sends a request to: another path, or one that the asked path is put behind. The query stays.

import { hasDotSegment } from '../../contract/encode-path.ts';
import { splitUrl } from '../../route/split-url.ts';

/** 'up' when what the visitor sent would climb out of where the variant leads, in any spelling, as in `rewrite`. */
export function rewritePath(url: string, wanted: string): { readonly url: string } | 'up' {
  const { origin, path, query } = splitUrl(url);
  if (!wanted.endsWith('/*')) return { url: `${origin}${wanted}${query}` };
  return hasDotSegment(path) ? 'up' : { url: `${origin}${wanted.slice(0, -2)}${path}${query}` };
}
