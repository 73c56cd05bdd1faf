// The source map that a debugger reads from the bundle itself. Pure. Its sources are the user's files where they are
// on disk, with their text, so that breakpoints can be set in them.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuiltFunction } from './build-function.ts';

/** The comment that ends a script. */
export function inlineSourceMap(
  { sourceMap, sources }: Pick<BuiltFunction, 'sourceMap' | 'sources'>,
  folder: string,
): string {
  const map = JSON.parse(sourceMap) as { sources: string[] };
  const inlined = {
    ...map,
    sources: map.sources.map((name) => (sources.has(name) ? pathToFileURL(join(folder, name)).href : name)),
    sourcesContent: map.sources.map((name) => sources.get(name) ?? null),
  };
  const base64 = Buffer.from(JSON.stringify(inlined)).toString('base64');
  return `//# sourceMappingURL=data:application/json;base64,${base64}`;
}
