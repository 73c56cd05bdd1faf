// Why a call of a function was not carried out, and how the function is told.

import { ORIGIN_FAULT_HEADER, type OriginFault } from '../../edge/contract/origin.ts';
import type { ErrorCode } from '../model/errors.ts';
import type { ToldBesides } from '../service/error-answer.ts';

/** Its message is for the function's owner. */
export class OutboundError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  /** What went wrong, without where: for visitors, who are not to learn what is behind a function. */
  readonly reason: string | undefined;

  constructor(
    code: ErrorCode,
    status: number,
    message: string,
    more: { readonly cause?: unknown; readonly retryAfterSeconds?: number; readonly reason?: string } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'OutboundError';
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.reason = more.reason;
  }
}

/** The function's own rules, or the platform's, are against it. */
export class RefusedError extends OutboundError {
  /** What the refusal is about: host and port. */
  readonly target: string;

  /** `subject` begins the sentence: whose rules are meant. */
  constructor(subject: string, target: string, why: string) {
    super('FN_009', 403, `${subject} may not connect to ${target}: ${why}`);
    this.name = 'RefusedError';
    this.target = target;
  }
}

/** No address could be had for a name. */
export class UnresolvedError extends OutboundError {
  constructor(target: string, why: string, cause?: unknown) {
    super('FN_010', 502, `No connection to ${target}: ${why}.`, { cause, reason: why });
    this.name = 'UnresolvedError';
  }
}

export const malformed = (message: string): OutboundError => new OutboundError('FN_006', 400, message);

/** What a front is told besides, which decides by it whether another region is asked. */
export const toldOf = ({ reason }: OutboundError, fault: OriginFault): ToldBesides => ({
  fields: { reason },
  headers: { [ORIGIN_FAULT_HEADER]: fault },
});
