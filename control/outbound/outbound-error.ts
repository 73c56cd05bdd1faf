// Why a call of a function was not carried out, and how the function is told.

import type { ErrorCode } from '../model/errors.ts';

/** Its message is for the function's owner. */
export class OutboundError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    status: number,
    message: string,
    more: { readonly cause?: unknown; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'OutboundError';
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** The function's own rules, or the platform's, are against it. */
export class RefusedError extends OutboundError {
  /** What the refusal is about: host and port. */
  readonly target: string;

  constructor(target: string, why: string) {
    super('FN_009', 403, `This function may not connect to ${target}: ${why}`);
    this.name = 'RefusedError';
    this.target = target;
  }
}

export const malformed = (message: string): OutboundError => new OutboundError('FN_006', 400, message);
