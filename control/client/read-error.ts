// Makes a SelvedgeError of an answer that is no success.

import type { ErrorJson, FailedInvocation } from './answers.ts';
import { SelvedgeError } from './selvedge-error.ts';

const textShownMax = 200;

export async function readError(response: Response, url: string): Promise<SelvedgeError> {
  const retryAfter = secondsOf(response.headers.get('retry-after'));
  const requestId = response.headers.get('x-request-id');
  if (isRedirect(response)) {
    const to = response.headers.get('location');
    return new SelvedgeError(
      'CLIENT_ANSWER',
      `${url} redirects${to === null ? '' : ` to ${to}`}, and the token is not sent on: give createClient the address that it leads to.`,
      { status: response.status, requestId },
    );
  }
  const text = await response.text();
  const body = errorOf(text);
  if (body === undefined) {
    return new SelvedgeError(
      'CLIENT_ANSWER',
      `${url} answered ${response.status} with what is no error of Selvedge: ${shortened(text)}. Look at the url; a proxy before it may have answered.`,
      { status: response.status, requestId, retryAfter },
    );
  }
  const { error } = body;
  return new SelvedgeError(error.code, error.message, {
    status: response.status,
    requestId: body.request_id ?? requestId,
    retryAfter,
    ...('stack' in error && { functionStack: error.stack ?? null }),
    ...('build_logs' in error && { buildLogs: error.build_logs ?? [] }),
    ...('issues' in error && { issues: error.issues ?? [] }),
    ...('logs' in body && { logs: body.logs, durationMs: body.duration_ms }),
  });
}

/** A browser tells nothing of a redirect that it does not follow, not even the status. */
const isRedirect = ({ status, type }: Response): boolean =>
  type === 'opaqueredirect' || (status >= 300 && status < 400);

/** Undefined for what does not have the shape that every error of the platform has. */
function errorOf(text: string): ErrorJson | FailedInvocation | undefined {
  try {
    const body = JSON.parse(text);
    return typeof body?.error?.code === 'string' && typeof body.error.message === 'string' ? body : undefined;
  } catch {
    return undefined; // Not JSON: the caller tells what it is.
  }
}

/** `Retry-After` is seconds or a date. */
export function secondsOf(header: string | null, now: number = Date.now()): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}

function shortened(text: string): string {
  const shown = text.trim().slice(0, textShownMax);
  return shown === '' ? 'nothing' : JSON.stringify(shown);
}
