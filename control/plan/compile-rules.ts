// From rules as people write them to what the router reads. Pure: what a section needs from elsewhere is in `context`.

import type { RulesEntry } from '../../edge/contract/rules.ts';
import type { Rules } from '../model/rules.ts';
import { compileGeo } from './rules/compile-geo.ts';
import { compileRegionsRule } from './rules/compile-regions.ts';

export interface RulesContext {
  readonly project: string;
  readonly functionId: string;
}

type CompileSection = (rules: Rules, context: RulesContext) => RulesEntry;

/** Each answers its own section, or nothing. */
const sections: readonly CompileSection[] = [
  ({ geo }) => (geo ? { geo: compileGeo(geo) } : {}),
  compileRegionsRule,
];

/** Undefined when nothing is asked for, so that such a function costs the router nothing. */
export function compileRules(rules: Rules, context: RulesContext): RulesEntry | undefined {
  const entry: RulesEntry = Object.assign({}, ...sections.map((compile) => compile(rules, context)));
  return Object.keys(entry).length === 0 ? undefined : entry;
}
