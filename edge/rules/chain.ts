// The steps that one set of rules asks for, prepared at the first request that meets it and kept until the table
// brings another.

import type { RulesEntry } from '../contract/rules.ts';
import type { Target } from '../route/table-index.ts';
import type { Step, StepMaker } from './step.ts';
import { AFTER_AUTH, BEFORE_AUTH } from './steps.ts';
import type { Visit } from './visit.ts';

export interface Chain {
  readonly beforeAuth: readonly Step[];
  readonly afterAuth: readonly Step[];
}

const prepared = new WeakMap<RulesEntry, Chain>();

export function chainOf(rules: RulesEntry, { entry: { id, project } }: Target): Chain {
  const known = prepared.get(rules);
  if (known) return known;
  const scope = { functionId: id, project };
  const make = (makers: readonly StepMaker[]): Step[] =>
    makers.flatMap((maker) => maker.prepare(rules, scope) ?? []);
  const chain = { beforeAuth: make(BEFORE_AUTH), afterAuth: make(AFTER_AUTH) };
  prepared.set(rules, chain);
  return chain;
}

/** The first answer that a step gives; the steps behind it are not run. */
export async function runSteps(steps: readonly Step[], visit: Visit): Promise<Response | undefined> {
  for (const step of steps) {
    const told = step(visit);
    const answer = told instanceof Promise ? await told : told;
    if (answer) return answer;
  }
  return undefined;
}
