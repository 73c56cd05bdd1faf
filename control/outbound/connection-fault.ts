// What went wrong with a connection, in words for the owner of the function that wanted it.

import { headerBytesMax, idleTimeoutMs } from './limits.ts';
import { OutboundError } from './outbound-error.ts';
import { nameTarget, type Target } from './read-target.ts';

export class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  readonly withinMs: number;

  constructor(withinMs: number) {
    super();
    this.withinMs = withinMs;
  }
}
export class IdleTimeoutError extends Error {
  override readonly name = 'IdleTimeoutError';
}
/** The origin that a front asked has not begun to answer in the function's time. */
export class AnswerTimeoutError extends Error {
  override readonly name = 'AnswerTimeoutError';
  readonly withinMs: number;

  constructor(withinMs: number) {
    super();
    this.withinMs = withinMs;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the other side ended the connection before it answered',
  EHOSTUNREACH: 'no route leads there',
  ENETUNREACH: 'no route leads there',
  ETIMEDOUT: 'it does not answer',
  EPIPE: 'the other side ended the connection before it answered',
  EPROTO: 'it does not speak TLS there, or none that is taken',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there: use http',
  HPE_HEADER_OVERFLOW: `the headers of its response are larger than ${headerBytesMax / 1024} KiB`,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};
const TRUST = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

export function connectionFault(target: Target, error: unknown): OutboundError {
  const reason = reasonOf(error);
  if (error instanceof AnswerTimeoutError)
    return new OutboundError('FN_002', 504, `No answer of ${nameTarget(target)}: ${reason}.`, { reason });
  return new OutboundError('FN_010', 502, `No connection to ${nameTarget(target)}: ${reason}.`, {
    cause: error,
    reason,
  });
}

function reasonOf(error: unknown): string {
  if (error instanceof ConnectTimeoutError)
    return `it did not answer within ${error.withinMs / 1000} seconds`;
  if (error instanceof IdleTimeoutError) return `it sent nothing for ${idleTimeoutMs / 1000} seconds`;
  if (error instanceof AnswerTimeoutError)
    return `it did not begin to answer within ${error.withinMs / 1000} seconds`;
  // One error for each address that was tried.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const code = String((error as NodeJS.ErrnoException).code ?? 'unknown');
  if (code.startsWith('HPE_') && !(code in REASONS)) return `what it answered is no HTTP/1.1 (${code})`;
  const cure = TRUST.has(code) ? '; the operator of the platform can add one with SELVEDGE_EGRESS_CA' : '';
  return `${REASONS[code] ?? 'the connection failed'} (${code})${cure}`;
}
