// The last step of a failed request: an `AppError` becomes a status and the JSON body that every client knows.
// Domain code knows no HTTP; what it threw is mapped here and nowhere else.

import { ERROR_HEADER } from '../../edge/contract/names.ts';
import { AppError, ERRORS, type ErrorCode } from '../model/errors.ts';

/** What the API needs of a logger; pino's `error` fits. */
export interface ApiLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** A limit that was exceeded promises `Retry-After`; this is for errors that do not know a better one. */
const retryAfterDefaultSeconds = 1;

/** How an error looks: the dialects have shapes of their own. */
export type ErrorShape = (
  error: AppError,
  requestId: string,
) => { readonly body: unknown /** In place of the code's own. */; readonly status?: number };

export function errorResponse(error: AppError, requestId: string, shape: ErrorShape = ownShape): Response {
  const shaped = shape(error, requestId);
  const status = shaped.status ?? error.details.status ?? ERRORS[error.code].status;
  return Response.json(shaped.body, { status, headers: errorHeaders(error.code, status, error.details) });
}

const ownShape: ErrorShape = (error, requestId) => {
  const { issues, buildLogs, stack } = error.details;
  const body = {
    error: {
      code: error.code,
      message: error.message,
      ...(issues && { issues }),
      ...(buildLogs && { build_logs: buildLogs }),
      ...(stack !== undefined && { stack }),
    },
    request_id: requestId,
    // Also beside `error`, where an answer that succeeded has them: one place to look after each deploy.
    ...(buildLogs && { build_logs: buildLogs }),
  };
  return { body };
};

/** Headers of every error answer, also of those with a body of their own. */
export function errorHeaders(
  code: ErrorCode,
  status: number,
  details: { readonly retryAfterSeconds?: number } = {},
): Record<string, string> {
  const retryAfter = details.retryAfterSeconds ?? (code === 'FN_007' ? retryAfterDefaultSeconds : undefined);
  return {
    [ERROR_HEADER]: code,
    ...(retryAfter !== undefined && { 'retry-after': String(Math.ceil(retryAfter)) }),
    ...(status === 401 && { 'www-authenticate': 'Bearer realm="selvedge"' }),
    // The rest of a refused body is not worth reading: the connection ends with the answer.
    ...(status === 413 && { connection: 'close' }),
  };
}

/**
 * Makes an `AppError` of whatever was thrown. An exception that nobody foresaw tells the client nothing but
 * the request id, under which the log has all of it.
 */
export function toAppError(thrown: unknown, requestId: string, log: ApiLog): AppError {
  if (thrown instanceof AppError) {
    // Starting and stopping are announced already, and asked about every second by whoever waits.
    if (ERRORS[thrown.code].kind === 'system' && thrown.code !== 'SYS_003')
      log.error({ err: thrown, code: thrown.code, requestId }, thrown.message);
    return thrown;
  }
  log.error({ err: thrown, code: 'SYS_001', requestId }, 'unforeseen exception in the control API');
  return new AppError(
    'SYS_001',
    `Something inside Selvedge failed. Its log has the cause under request id ${requestId}; please report it if it happens again.`,
    {},
    thrown,
  );
}
