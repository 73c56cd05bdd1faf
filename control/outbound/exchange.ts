// What a request, an upgrade and a `connect()` have in common: whose it is, the way to the target, and how its
// end is told.

import type { Caller } from './caller.ts';
import type { CallerRecord } from './contract.ts';
import { findWay, type Way } from './find-way.ts';
import { type OutboundError, RefusedError } from './outbound-error.ts';
import type { Passage } from './passage.ts';
import type { ConnectPolicy } from './policy.ts';
import type { Target } from './read-target.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Resolver } from './resolver.ts';

export interface Exchange {
  /** Whose log is told of a refusal. */
  readonly record: Pick<CallerRecord, 'function' | 'version'>;
  readonly policy: ConnectPolicy;
  /** What differs for a request of a front. */
  readonly passage?: Passage;
  readonly caller: Caller;
  readonly resolver: Resolver;
  readonly log: RefusalLog;
}

/** @throws {OutboundError} and has then told a refusal in the function's log. */
export async function findWayFor(exchange: Exchange, target: Target): Promise<Way> {
  try {
    return await findWay(target, exchange.policy, exchange.caller, exchange.resolver);
  } catch (error) {
    if (error instanceof RefusedError) tell(exchange, error);
    throw error;
  }
}

export function tell({ log, record }: Exchange, { code, message }: OutboundError): void {
  if (record.version !== '') log.warn(record, `${code} ${message}`);
}
