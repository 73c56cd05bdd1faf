// What a request that a front sends on differs in from one that a function makes: the origin may be asked for by
// another host's name, is told some headers of the platform, and the front learns how far a fault let it come.

import { ORIGIN_FAULT_HEADER, type OriginFault } from '../../edge/contract/origin.ts';
import { type OutboundError, UnresolvedError } from './outbound-error.ts';

export interface Passage {
  /** `Host` of what is sent; undefined for the URL's own. */
  readonly host: string | undefined;
  /** Names and values, flat, added to what is sent. */
  readonly added: readonly string[];
  /** From the first packet to a connection, TLS included. */
  readonly connectTimeoutMs: number;
  /** The origin is a platform of the same owner: what it says of its errors is passed on. */
  readonly trusted: boolean;
}

/** Headers of an answer that tells a front of a fault. */
export const faultHeaders = (fault: OriginFault): Readonly<Record<string, string>> => ({
  [ORIGIN_FAULT_HEADER]: fault,
});

/** Of an error from before there was anything to connect to. */
export const faultOf = (error: OutboundError): OriginFault =>
  error instanceof UnresolvedError ? 'unconnected' : 'refused';
