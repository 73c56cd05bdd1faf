// Why a call of a function was not carried out, and how the function is told.

import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { ERROR_HEADER, REQUEST_ID_HEADER } from '../../edge/contract/names.ts';
import { ORIGIN_FAULT_HEADER, type OriginFault } from '../../edge/contract/origin.ts';
import type { ErrorCode } from '../model/errors.ts';

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

export interface ErrorAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** With `fault`, for a front. */
export function answerOf(
  { code, status, message, reason, retryAfterSeconds }: OutboundError,
  fault?: OriginFault,
): ErrorAnswer {
  const requestId = randomUUID();
  const body = JSON.stringify({
    error: { code, message, ...(fault && { reason }) },
    request_id: requestId,
  });
  return {
    ...{ status, body },
    reason: STATUS_CODES[status] ?? '',
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      [ERROR_HEADER]: code,
      [REQUEST_ID_HEADER]: requestId,
      ...(fault && { [ORIGIN_FAULT_HEADER]: fault }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
  };
}

/** The answer as bytes, for a socket that no HTTP server looks after; it is the last on it. */
export function rawAnswerOf(error: OutboundError, fault?: OriginFault): string {
  const { status, reason, headers, body } = answerOf(error, fault);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`;
}
