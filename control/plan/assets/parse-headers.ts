// A `_headers` file becomes the rules that the asset worker takes.
//
//   /path/*                  `*` is `:splat` in values; `:name` matches one segment
//     Name: value            two values of one name are joined
//     ! Name                 takes a header away
//
// All rules that match apply, in order. Of two for the same pattern the later one replaces the earlier.

import type { HeaderRules } from '../../../edge/contract/assets.ts';
import { assetHeaderRulesMax } from '../../model/limits.ts';
import { hasScheme, RuleFaults, type RuleLine, rulePath, splitAbsolute } from './rule-lines.ts';

interface Rule {
  readonly line: RuleLine;
  readonly pattern: string;
  readonly set: Map<string, string>;
  readonly unset: string[];
}

/** What `Headers` would refuse, on each request. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what may not be there.
const NOT_A_VALUE = /[\u0000\n\r]|[^\u0000-\u00ff]/;

/** @throws {AppError} FN_006 with each line that is no rule. Undefined for a file without one. */
export function parseHeaders(text: string): HeaderRules | undefined {
  const faults = new RuleFaults('_headers');
  const rules: Rule[] = [];
  // False after a pattern that is a fault: what stands below it is of no rule.
  let rule: Rule | undefined | false;
  for (const line of faults.linesOf(text)) {
    if (line.text.startsWith('/') || hasScheme(line.text)) {
      const pattern = readPattern(line.text);
      rule = 'fault' in pattern ? false : { line, pattern: pattern.text, set: new Map(), unset: [] };
      if ('fault' in pattern) faults.add(line, pattern.fault);
      if (rule) rules.push(rule);
    } else if (rule !== false) {
      const fault = rule ? addHeader(rule, line.text) : 'stands before any path: begin with one, "/*"';
      if (fault !== undefined) faults.add(line, fault);
    }
  }
  for (const { line, set, unset } of rules)
    if (set.size + unset.length === 0) faults.add(line, 'has no header below it');
  const surplus = rules[assetHeaderRulesMax];
  if (surplus) faults.add(surplus.line, `is one rule too many: there may be ${assetHeaderRulesMax}`);
  faults.refuse();
  if (rules.length === 0) return undefined;
  return {
    version: 2,
    rules: Object.fromEntries(
      rules.map(({ pattern, set, unset }) => [
        pattern,
        { ...(set.size > 0 && { set: Object.fromEntries(set) }), ...(unset.length > 0 && { unset }) },
      ]),
    ),
  };
}

function readPattern(text: string): { readonly text: string } | { readonly fault: string } {
  const absolute = splitAbsolute(text);
  if (!absolute && !text.startsWith('/'))
    return {
      fault: `is for ${text}, and must be for a path, "/path", or a host with https, "https://host/path"`,
    };
  if (absolute && /:\d+$/.test(absolute.host))
    return { fault: `names a port in ${absolute.host}: leave it out` };
  const pattern = absolute ? `https://${absolute.host}${rulePath(absolute.rest)}` : rulePath(text);
  const splats = pattern.split('*').length - 1;
  if (splats > 1) return { fault: `has ${splats} "*", and may have one: use :name for one segment` };
  if (splats > 0 && /:splat(?!\w)/.test(pattern))
    return { fault: 'has "*" and ":splat", which are the same' };
  return { text: pattern };
}

/** What is wrong with the line; undefined if nothing is. */
function addHeader(rule: Rule, text: string): string | undefined {
  const colon = text.indexOf(':');
  const taken = /^! (.*)$/.exec(text)?.[1];
  if (colon === -1 && taken !== undefined) {
    if (!NAME.test(taken.trim())) return `takes away ${JSON.stringify(taken)}, which is no name of a header`;
    rule.unset.push(taken.trim());
    return undefined;
  }
  if (colon === -1) return 'is neither a path nor a header, "Name: value"';
  const name = text.slice(0, colon).trim().toLowerCase();
  const value = text.slice(colon + 1).trim();
  if (!NAME.test(name)) return `sets ${JSON.stringify(name)}, which is no name of a header`;
  if (value === '') return `gives ${name} no value`;
  if (NOT_A_VALUE.test(value)) return `gives ${name} a value with characters that no header can have`;
  const before = rule.set.get(name);
  rule.set.set(name, before === undefined ? value : `${before}, ${value}`);
  return undefined;
}
