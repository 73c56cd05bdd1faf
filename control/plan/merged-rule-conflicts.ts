// Rules of a function and of one of its routes that cannot both hold where the two come together. What disagrees within
// one of the two has been refused already.

import type { FunctionRecord } from '../model/function.ts';
import type { RuleConflict } from '../model/rules/conflict.ts';
import { conflictsOf } from '../model/rules/conflicts.ts';
import { rulesOfRoute } from '../model/rules.ts';

/** The first, with the pattern of its route. */
export function mergedConflict({
  routes,
  rules,
}: Pick<FunctionRecord, 'routes' | 'rules'>):
  | { readonly pattern: string; readonly conflict: RuleConflict }
  | undefined {
  for (const { pattern, rules: ofRoute } of routes) {
    if (!ofRoute) continue;
    const [conflict] = conflictsOf(rulesOfRoute(rules, ofRoute));
    if (conflict) return { pattern, conflict };
  }
  return undefined;
}
