// Patterns and targets are cut up once, so that the router only compares parts of paths.

import { captureNames, type PathPattern, readPathPattern } from '../../../edge/contract/path-pattern.ts';
import { type PathTemplate, readPathTemplate } from '../../../edge/contract/path-template.ts';
import type { RedirectEntry } from '../../../edge/contract/rules/redirects.ts';
import type { RewriteEntry, WhenEntry } from '../../../edge/contract/rules/rewrite.ts';
import type { Redirects } from '../../model/rules/redirects.ts';
import type { Rewrites } from '../../model/rules/rewrite.ts';
import type { When } from '../../model/rules/when.ts';

export const compileRedirects = (redirects: Redirects): RedirectEntry[] =>
  redirects.map((redirect) => {
    const [from, to] = cutUp(redirect.from, redirect.to);
    return { from, to, status: redirect.status, keepQuery: redirect.keep_query };
  });

export const compileRewrites = (rewrites: Rewrites): RewriteEntry[] =>
  rewrites.map(({ origin, path: given, to: target, when }) => {
    const [path, to] = cutUp(given, target);
    return { path, to, ...(origin !== undefined && { origin }), ...(when && { when: compileWhen(when) }) };
  });

export const compileWhen = ({ method, header, cookie, place, query }: When): WhenEntry => ({
  ...(method && { methods: method }),
  ...(header && {
    headers: Object.fromEntries(Object.entries(header).map(([name, value]) => [name.toLowerCase(), value])),
  }),
  ...(cookie && { cookies: cookie }),
  ...(place && { place }),
  ...(query && { query }),
});

/** The schema has seen that both can be read. */
function cutUp(pattern: string, target: string): readonly [PathPattern, PathTemplate] {
  const from = readPathPattern(pattern) as PathPattern;
  return [from, readPathTemplate(target, captureNames(from)) as PathTemplate];
}
