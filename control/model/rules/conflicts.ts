// Rules that cannot both hold. They are refused when they are set, with both named: which of the two would win is
// nothing that anybody should have to find out.

import type { Rules } from '../rules.ts';
import { authConflicts } from './auth-conflicts.ts';

export interface RuleConflict {
  /** Where in the rules the second of the two is. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type FindConflicts = (rules: Rules) => readonly RuleConflict[];

const finders: readonly FindConflicts[] = [authConflicts];

export function conflictsOf(rules: object): RuleConflict[] {
  return finders.flatMap((find) => find(rules as Rules));
}
