// Which variant of one experiment a request gets, if any, and why. Pure: what it needs to know is handed to it, and what
// costs something is asked for only when it decides.

import type { VariantEntry } from '../../contract/rules/experiments.ts';
import { type Facts, whyNotTarget } from './match-target.ts';
import type { PreparedExperiment } from './prepared-experiment.ts';

export interface Visitor {
  /** What he is known by; null when that cannot be told. */
  key(by: PreparedExperiment['entry']['by']): string | null;
  /** Where an owner's header or a preview token sends him. */
  forced(experiment: string): { readonly variant: string; readonly how: string } | undefined;
}

export interface Chosen {
  /** Undefined: the request goes on as if there were no experiment. */
  readonly variant: VariantEntry | undefined;
  /** By what he is counted; null for who takes no part in it or was sent there. */
  readonly counted: string | null;
  /** For people. */
  readonly why: string;
}

export function chooseVariant(experiment: PreparedExperiment, facts: Facts, visitor: Visitor): Chosen {
  const { name, status, winner, target, by, part } = experiment.entry;
  const forced = visitor.forced(name);
  const sent = forced && experiment.variant(forced.variant);
  if (forced && sent) return { variant: sent, counted: null, why: forced.how };
  if (status === 'paused') return out('it is paused');
  const missed = target ? whyNotTarget(target, facts) : undefined;
  if (missed !== undefined) return out(missed);
  if (status === 'ended') {
    const won = winner === null ? undefined : experiment.variant(winner);
    return won ? { variant: won, counted: null, why: 'it has ended, and this one won' } : out('it has ended');
  }
  const key = visitor.key(by);
  if (key === null) return out(`nothing tells who the visitor is: ${UNKNOWN[by.kind]}`);
  if (!experiment.includes(key))
    return out(`his draw of "${part.seed}" is not from ${part.fromBp} to ${part.toBp} of 10000`);
  return { variant: experiment.assign(key), counted: key, why: `by ${by.kind}` };
}

const out = (why: string): Chosen => ({ variant: undefined, counted: null, why });

const UNKNOWN = {
  visitor: 'he has no cookie',
  user: 'nobody is logged in',
  ip: 'his address is not known',
  header: 'the header is missing or empty',
} as const;
