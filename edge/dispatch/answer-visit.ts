// From a request that was let in to its answer: another host where a rule says so, a region where rules say that one is
// to be chosen, and otherwise an instance of this machine.

import { answerFromOrigin } from '../origin/answer-from-origin.ts';
import { answerInRegion } from '../regions/answer-in-region.ts';
import type { Visit } from '../rules/visit.ts';
import { answerHere } from './answer-here.ts';
import { wouldAnswer } from './would-answer.ts';

export function answerVisit(visit: Visit): Promise<Response> {
  const { dry, origin, regions, request } = visit;
  if (origin !== null) {
    visit.trace.note('origin', `${origin} answers in the function's place`);
    return dry ? Promise.resolve(wouldAnswer()) : answerFromOrigin(visit, origin);
  }
  if (regions === null) return answerHere(visit, request);
  if (!dry) return answerInRegion(visit, regions);
  return regions[0]?.region.endpoint === null ? answerHere(visit, request) : Promise.resolve(wouldAnswer());
}
