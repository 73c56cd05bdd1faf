// Which path a function gets in place of the one that was asked for. Pure.

import { matchPath, partsOfPath } from '../../contract/path-pattern.ts';
import { fillPath, fillQuery } from '../../contract/path-template.ts';
import type { RewriteEntry } from '../../contract/rules/rewrite.ts';
import type { UrlParts } from '../../route/split-url.ts';
import { type Asked, whenHolds } from '../when-holds.ts';

export interface FoundRewrite {
  readonly at: number;
  readonly url: string;
  readonly origin: string | null;
}

/** `undefined` for none; 'up' when what the visitor sent would climb out of where the rule leads. */
export function findRewrite(
  rewrites: readonly RewriteEntry[],
  { origin: host, path, query }: UrlParts,
  { geo, method, headers }: Omit<Asked, 'query'>,
): FoundRewrite | 'up' | undefined {
  const parts = partsOfPath(path);
  for (const [at, { path: pattern, to, when, origin = null }] of rewrites.entries()) {
    const captures = matchPath(pattern, parts);
    if (!captures || (when && !whenHolds(when, { geo, method, headers, query }))) continue;
    const filled = fillPath(to, captures);
    if (filled === undefined) return 'up';
    return { at, url: host + filled + fillQuery(to, captures, query), origin };
  }
  return undefined;
}
