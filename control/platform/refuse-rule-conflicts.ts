// Refuses rules of a function and of its routes that disagree where they come together.

import { AppError } from '../model/errors.ts';
import type { FunctionRecord } from '../model/function.ts';
import { mergedConflict } from '../plan/merged-rule-conflicts.ts';

/** @throws {AppError} FN_006 */
export function refuseRuleConflicts(record: Pick<FunctionRecord, 'routes' | 'rules'>): void {
  const found = mergedConflict(record);
  if (!found) return;
  const { conflict, pattern } = found;
  const path = conflict.path.join('.');
  throw new AppError(
    'FN_006',
    `On the route "${pattern.slice(0, 80)}", whose rules stand beside those of the function, ${path} ${conflict.message}. A route takes a section of the function away with null.`,
    { issues: [{ message: conflict.message, path: `routes.rules.${path}` }] },
  );
}
