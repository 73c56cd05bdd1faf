// The version that serves a visit, chosen once, whichever step needs to know it first.

import type { Visit } from '../rules/visit.ts';
import { type Choice, chooseVersion } from './choose-version.ts';

/** @throws {PlatformError} as `chooseVersion`. */
export function choiceOf(visit: Visit): Choice {
  const { front, target, generation, request, admission, trace, newVisitor } = visit;
  visit.chosen ??= chooseVersion(front.traffic, target, generation, request, admission, trace, newVisitor);
  return visit.chosen;
}
