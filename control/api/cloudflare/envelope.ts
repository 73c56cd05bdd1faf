// What every answer is wrapped in: `{success, errors, messages, result, result_info?}`.

import { type AppError, ERRORS } from '../../model/errors.ts';
import type { ErrorShape } from '../error-response.ts';
import { cloudflareCodeOf } from './cloudflare-error.ts';

export interface ResultInfo {
  readonly page?: number;
  readonly per_page?: number;
  readonly count?: number;
  readonly total_count?: number;
  readonly total_pages?: number;
  readonly cursor?: string;
}

export function answer(result: unknown, info?: ResultInfo, status = 200): Response {
  return Response.json(
    { success: true, errors: [], messages: [], result, ...(info && { result_info: info }) },
    { status },
  );
}

/** All there is, as one page. */
export const answerList = (items: readonly unknown[]): Response =>
  answer(items, {
    ...{ page: 1, per_page: Math.max(items.length, 20), count: items.length, total_count: items.length },
    total_pages: 1,
  });

/** A build's log follows the message, since wrangler shows each message as a note of its own. */
export const cloudflareErrorShape: ErrorShape = (error) => {
  const { buildLogs, issues } = error.details;
  return {
    status: statusOf(error),
    body: {
      success: false,
      errors: [
        { code: cloudflareCodeOf(error), message: error.message, ...(issues && { meta: { issues } }) },
      ],
      messages: (buildLogs ?? [])
        .filter((line) => !line.includes(error.message))
        .map((message) => ({ code: 1, message })),
      result: null,
    },
  };
};

/** Cloudflare answers 400 where a Worker does not build or start; wrangler does not retry that, and does 5xx. */
function statusOf(error: AppError): number {
  const status = error.details.status ?? ERRORS[error.code].status;
  return error.code === 'FN_005' ? 400 : status;
}
