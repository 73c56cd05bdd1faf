// Two rules that cannot both hold.

import type { Rules } from '../rules.ts';

export interface RuleConflict {
  /** Where in the rules the second of the two is. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type FindConflicts = (rules: Rules) => readonly RuleConflict[];
