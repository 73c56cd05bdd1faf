// From a request that was let in to its answer: another host where a rule says so, a region where rules say that one is
// to be chosen, and otherwise an instance of this machine.

import { answerFromOrigin } from '../origin/answer-from-origin.ts';
import { answerInRegion } from '../regions/answer-in-region.ts';
import type { Visit } from '../rules/visit.ts';
import { answerHere } from './answer-here.ts';

export function answerVisit(visit: Visit): Promise<Response> {
  if (visit.origin !== null) return answerFromOrigin(visit, visit.origin);
  if (visit.regions !== null) return answerInRegion(visit, visit.regions);
  return answerHere(visit, visit.request);
}
