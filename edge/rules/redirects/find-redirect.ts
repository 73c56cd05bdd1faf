// Where a request is sent, if anywhere. Pure.

import { matchPath, partsOfPath } from '../../contract/path-pattern.ts';
import { fillPath, fillQuery } from '../../contract/path-template.ts';
import type { RedirectEntry } from '../../contract/rules/redirects.ts';
import type { UrlParts } from '../../route/split-url.ts';

export interface FoundRedirect {
  readonly at: number;
  readonly status: number;
  readonly location: string;
}

/** `path` is as routes are matched by it. `undefined` for none; 'up' when what the visitor sent would climb out of where the rule leads. */
export function findRedirect(
  redirects: readonly RedirectEntry[],
  { path, query }: Pick<UrlParts, 'path' | 'query'>,
  mount: string | null,
): FoundRedirect | 'up' | undefined {
  const parts = partsOfPath(path);
  for (const [at, { from, to, status, keepQuery }] of redirects.entries()) {
    const captures = matchPath(from, parts);
    if (!captures) continue;
    const filled = fillPath(to, captures);
    if (filled === undefined) return 'up';
    // A path below a mount is below it for the visitor too; another host has no mount.
    const start = to.origin === '' ? (mount ?? '') : to.origin;
    const location = start + filled + fillQuery(to, captures, keepQuery ? query : '') + (to.fragment ?? '');
    return { at, status, location };
  }
  return undefined;
}
