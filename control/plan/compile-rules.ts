// From rules as people write them to what the router reads. Pure: what a section needs from elsewhere is in `context`.

import type { RulesEntry } from '../../edge/contract/rules.ts';
import type { Rules } from '../model/rules.ts';
import { compileRateLimits } from './rules/compile-rate-limits.ts';
import { compileRegionsRule } from './rules/compile-regions.ts';
import { compileTls } from './rules/compile-tls.ts';

export interface RulesContext {
  readonly project: string;
  readonly functionId: string;
}

type CompileSection = (rules: Rules, context: RulesContext) => RulesEntry;

/** Each answers its own section, or nothing. */
const sections: readonly CompileSection[] = [
  compileRegionsRule,
  ({ rate_limits }) => (rate_limits ? { rate_limits: compileRateLimits(rate_limits) } : {}),
  ({ tls }) => {
    const entry = tls && compileTls(tls);
    return entry ? { tls: entry } : {};
  },
];

/** Undefined when nothing is asked for, so that such a function costs the router nothing. */
export function compileRules(rules: Rules, context: RulesContext): RulesEntry | undefined {
  const entry: RulesEntry = Object.assign({}, ...sections.map((compile) => compile(rules, context)));
  return Object.keys(entry).length === 0 ? undefined : entry;
}
