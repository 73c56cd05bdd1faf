// How a service tells that it did not carry out a request: as control and the fronts tell it.

import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { ERROR_HEADER, REQUEST_ID_HEADER } from '../../edge/contract/names.ts';
import type { ErrorCode } from '../model/errors.ts';

export interface AnsweredError {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** For whoever can make use of it. */
export interface ToldBesides {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function answerOf(
  { code, status, message, retryAfterSeconds }: AnsweredError,
  besides?: ToldBesides,
): ErrorAnswer {
  const requestId = randomUUID();
  const body = JSON.stringify({ error: { code, message, ...besides?.fields }, request_id: requestId });
  return {
    ...{ status, body },
    reason: STATUS_CODES[status] ?? '',
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      [ERROR_HEADER]: code,
      [REQUEST_ID_HEADER]: requestId,
      ...besides?.headers,
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
  };
}

/** The answer as bytes, for a socket that no HTTP server looks after; it is the last on it. */
export function rawAnswerOf(error: AnsweredError, besides?: ToldBesides): string {
  const { status, reason, headers, body } = answerOf(error, besides);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`;
}
