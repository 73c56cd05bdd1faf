// A `_redirects` file becomes the rules that the asset worker takes.
//
//   /from  /to  [status]      `*` in the first is `:splat` in the second; `:name` matches one segment
//
// Rules without either are found by their path, at once; from the first other one on, rules are tried in turn. So a rule
// for one path that comes after a pattern is in the second group as well, and keeps its place.

import type { RedirectRule, RedirectRules } from '../../../edge/contract/assets.ts';
import type { AssetsConfig } from '../../model/assets.ts';
import { assetDynamicRedirectsMax, assetStaticRedirectsMax } from '../../model/limits.ts';
import { hasScheme, RuleFaults, type RuleLine, rulePath, splitAbsolute } from './rule-lines.ts';

const STATUSES: ReadonlySet<number> = new Set([200, 301, 302, 303, 307, 308]);
const STATUS_DEFAULT = 302;
const PATTERN = /\*|:[A-Za-z]/;

type Rule = RedirectRule & { readonly from: string };

/** @throws {AppError} FN_006 with each line that is no rule. Undefined for a file without one. */
export function parseRedirects(
  text: string,
  htmlHandling: AssetsConfig['html_handling'],
): RedirectRules | undefined {
  const faults = new RuleFaults('_redirects');
  const staticRules = new Map<string, RedirectRule & { readonly lineNumber: number }>();
  const rules = new Map<string, RedirectRule>();
  for (const line of faults.linesOf(text)) {
    const read = readRule(line, htmlHandling);
    if (typeof read === 'string') {
      faults.add(line, read);
      continue;
    }
    const { from, to, status } = read;
    if (staticRules.has(from) || rules.has(from)) faults.add(line, `is a second rule for ${from}`);
    else if (rules.size > 0 || PATTERN.test(from)) rules.set(from, { status, to });
    else staticRules.set(from, { status, to, lineNumber: line.number });
    if (staticRules.size > assetStaticRedirectsMax || rules.size > assetDynamicRedirectsMax) {
      faults.add(
        line,
        `is one rule too many: there may be ${assetStaticRedirectsMax} without "*" and ":name", and then ${assetDynamicRedirectsMax}`,
      );
      break;
    }
  }
  faults.refuse();
  if (staticRules.size + rules.size === 0) return undefined;
  return { version: 1, staticRules: Object.fromEntries(staticRules), rules: Object.fromEntries(rules) };
}

/** The rule, or what is wrong with the line. */
function readRule(line: RuleLine, htmlHandling: AssetsConfig['html_handling']): Rule | string {
  const tokens = line.text.replace(/\s+#.*$/, '').split(/\s+/);
  const [given = '', target = '', code = String(STATUS_DEFAULT)] = tokens;
  if (tokens.length < 2 || tokens.length > 3)
    return `has ${tokens.length} words, and a rule has two or three: /from /to 301`;
  if (hasScheme(given)) return `begins with ${given}, and must begin with a path: /from /to 301`;
  const status = Number(code);
  if (!STATUSES.has(status)) return `has the status ${code}, and it may be 200, 301, 302, 303, 307 or 308`;
  const from = rulePath(given);
  const absolute = splitAbsolute(target);
  if (!absolute && !target.startsWith('/'))
    return `leads to ${target}, which is neither a path, "/to", nor an address with https, "https://host/to"`;
  if (absolute && status === 200)
    return `has the status 200 and leads to ${target}: with 200 it must be a path`;
  const to = absolute
    ? `https://${absolute.host}${rulePath(absolute.rest, 'path, query and fragment')}`
    : rulePath(target, 'path, query and fragment');
  if (!absolute && leadsToItself(from, to, htmlHandling))
    return `leads to itself: ${to} is served without "index", which ${from} matches again`;
  return { from, to, status };
}

function leadsToItself(from: string, to: string, htmlHandling: AssetsConfig['html_handling']): boolean {
  if (!/\/index(\.html)?$/.test(to)) return false;
  return from.endsWith('/*') || (from.endsWith('/') && htmlHandling !== 'none');
}
