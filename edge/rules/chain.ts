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

/**
 * The first answer that a step gives; the steps behind it are not run. A promise only where a step waits: most do not,
 * and each wait costs more than most of them.
 */
export function runSteps(
  steps: readonly Step[],
  visit: Visit,
  from = 0,
): Response | undefined | Promise<Response | undefined> {
  for (let at = from; at < steps.length; at += 1) {
    const told = steps[at]?.(visit);
    if (told instanceof Promise) return told.then((answer) => answer ?? runSteps(steps, visit, at + 1));
    if (told) return told;
  }
  return undefined;
}
