// The step of the section `cache`: has the cache stand around whatever makes the answer.

import type { StepMaker } from '../step.ts';
import { throughCache } from './through-cache.ts';

export const cacheStep: StepMaker = {
  name: 'cache',
  prepare({ cache }) {
    if (!cache) return undefined;
    const around = throughCache(cache);
    return (visit) => {
      visit.trace.note('cache', 'answers may be stored and reused', { ...cache });
      if (!visit.dry) visit.around.push(around);
      return undefined;
    };
  },
};
