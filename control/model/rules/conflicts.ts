// Rules that cannot both hold. They are refused when they are set, with both named: which of the two would win is
// nothing that anybody should have to find out.

import type { Rules } from '../rules.ts';
import { authConflicts } from './auth-conflicts.ts';
import {
  findCorsHeaderConflicts,
  findHeaderConflicts,
  findPathConflicts,
  findSharedAnswers,
} from './change-conflicts.ts';
import type { FindConflicts, RuleConflict } from './conflict.ts';
import { experimentsBesideOthers } from './experiments-beside.ts';
import { findBotConflicts, findCrossOriginConflicts, findIpConflicts } from './gate-conflicts.ts';

const finders: readonly FindConflicts[] = [
  findIpConflicts,
  findBotConflicts,
  findCrossOriginConflicts,
  findPathConflicts,
  findHeaderConflicts,
  findCorsHeaderConflicts,
  findSharedAnswers,
  authConflicts,
  experimentsBesideOthers,
];

/** A route takes a section away with null. */
export function conflictsOf(rules: object): RuleConflict[] {
  const there = Object.fromEntries(Object.entries(rules).filter(([, section]) => section !== null));
  return finders.flatMap((find) => find(there as Rules));
}
