// Which experiments there are, and where: they are rules of functions and of their routes, and nothing of its own.

import type { FunctionRecord } from '../../model/function.ts';
import type { Experiment } from '../../model/rules/experiments.ts';

export interface FoundExperiment {
  readonly record: FunctionRecord;
  readonly experiment: Experiment;
  /** Patterns of routes whose rules it is in; null stands for the function itself. */
  readonly places: readonly (string | null)[];
}

/** Asked of every function once a second. */
export const hasExperiments = ({ rules, routes }: Pick<FunctionRecord, 'rules' | 'routes'>): boolean =>
  rules.experiments !== undefined || routes.some((route) => Boolean(route.rules?.experiments));

/** Of one function, in the order in which they were set. One that is in several places is one experiment. */
export function experimentsOf(record: FunctionRecord): FoundExperiment[] {
  const found = new Map<string, FoundExperiment>();
  for (const { place, list } of listsOf(record))
    for (const experiment of list) {
      const known = found.get(experiment.name);
      const places = [...(known?.places ?? []), place];
      found.set(experiment.name, known ? { ...known, places } : { record, experiment, places });
    }
  return [...found.values()];
}

export function listsOf({ rules, routes }: Pick<FunctionRecord, 'rules' | 'routes'>): {
  readonly place: string | null;
  readonly list: readonly Experiment[];
}[] {
  return [
    { place: null, list: rules.experiments ?? [] },
    ...routes.map((route) => ({ place: route.pattern, list: route.rules?.experiments ?? [] })),
  ];
}
