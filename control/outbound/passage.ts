// What a request that a front sends on differs in from one that a function makes: the origin may be asked for by
// another host's name, is told some headers of the platform, has the function's time, and the front learns how far a
// fault let it come.

import type { ClientRequest, IncomingMessage } from 'node:http';
import type { OriginFault } from '../../edge/contract/origin.ts';
import { AnswerTimeoutError } from './connection-fault.ts';
import { type OutboundError, UnresolvedError } from './outbound-error.ts';

export interface Passage {
  /** `Host` of what is sent; undefined for the URL's own. */
  readonly host: string | undefined;
  /** Names and values, flat, added to what is sent. */
  readonly added: readonly string[];
  /** From the first packet to a connection, TLS included. */
  readonly connectTimeoutMs: number;
  /** To the response's head. */
  readonly timeoutMs: number;
  /** From there to the end of its body. */
  readonly streamTimeoutMs: number;
  /** The origin is a platform of the same owner: what it says of its errors is passed on. */
  readonly trusted: boolean;
}

/** Of an error from before there was anything to connect to. */
export const faultOf = (error: OutboundError): OriginFault =>
  error instanceof UnresolvedError ? 'unconnected' : 'refused';

/** A function's own calls have no such limit: it waits as long as it likes, within its own. */
export function limitAnswer(outgoing: ClientRequest, passage: Passage | undefined): void {
  if (!passage) return;
  const { timeoutMs } = passage;
  const timer = setTimeout(() => outgoing.destroy(new AnswerTimeoutError(timeoutMs)), timeoutMs);
  const stop = (): void => clearTimeout(timer);
  outgoing.once('response', stop).once('upgrade', stop).once('close', stop);
}

export function limitBody(answer: IncomingMessage, passage: Passage | undefined): void {
  if (!passage) return;
  const timer = setTimeout(() => answer.destroy(), passage.streamTimeoutMs);
  answer.once('close', () => clearTimeout(timer));
}
