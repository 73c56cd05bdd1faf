// A step of the rules: made once of what the table says, run for each request.

import type { RulesEntry } from '../contract/rules.ts';
import type { Visit } from './visit.ts';

/** A response ends the request here, a `PlatformError` refuses it, and undefined goes on. */
export type Step = (visit: Visit) => Response | undefined | Promise<Response | undefined>;

/** Whose rules they are. What outlives a change of the table is kept in `Front` under these. */
export interface RuleScope {
  readonly functionId: string;
  readonly project: string;
}

export interface StepMaker {
  readonly name: string;
  /** Undefined when its section is absent. What is costly is made here. */
  prepare(rules: RulesEntry, scope: RuleScope): Step | undefined;
}
