// Errors that the platform makes in a function's place, and the responses that tell of them.

import { ERROR_HEADER, REQUEST_ID_HEADER } from '../contract/names.ts';

export interface PlatformErrorOptions {
  readonly retryAfterSeconds?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere in the pipeline; its message is for the client. */
export class PlatformError extends Error {
  readonly code: string;
  readonly status: number;
  readonly options: PlatformErrorOptions;

  constructor(code: string, status: number, message: string, options: PlatformErrorOptions = {}) {
    super(message);
    this.name = 'PlatformError';
    this.code = code;
    this.status = status;
    this.options = options;
  }
}

export function errorResponse(error: PlatformError, requestId: string): Response {
  const { code, message, options, status } = error;
  const body = { error: { code, message }, request_id: requestId };
  return Response.json(body, {
    status,
    headers: {
      [ERROR_HEADER]: code,
      [REQUEST_ID_HEADER]: requestId,
      ...(options.retryAfterSeconds !== undefined && { 'retry-after': String(options.retryAfterSeconds) }),
      ...options.headers,
    },
  });
}
