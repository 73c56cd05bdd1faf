// Errors in the words of seed 000, where it has one; the platform's own code where it has none.

import type { ErrorCode } from './answers.ts';
import { textOf } from './execute.ts';
import { type ClientCode, SelvedgeError } from './selvedge-error.ts';

export type CloudBoxCode =
  | 'TIMEOUT'
  | 'RUNTIME_ERROR'
  | 'DEPLOYMENT_ERROR'
  | 'NOT_DEPLOYED'
  | 'NOT_SUPPORTED'
  | ErrorCode
  | ClientCode;

const WORDS: Readonly<Record<string, CloudBoxCode>> = {
  FN_002: 'TIMEOUT',
  CLIENT_TIMEOUT: 'TIMEOUT',
  FN_003: 'RUNTIME_ERROR',
  FN_004: 'RUNTIME_ERROR',
  FN_005: 'DEPLOYMENT_ERROR',
};

export class CloudBoxError extends Error {
  override readonly name = 'CloudBoxError';
  readonly code: CloudBoxCode;
  readonly status: number | null;
  /** Milliseconds, where the function ran. */
  readonly execution_time: number | null;
  /** What the function printed, and its stack. */
  readonly logs: string;
  /** What the build printed (DEPLOYMENT_ERROR). */
  readonly build_logs: string;

  /** The cause has all that the platform said. */
  constructor(code: CloudBoxCode, message: string, cause?: SelvedgeError) {
    super(message, cause && { cause });
    this.code = code;
    this.status = cause?.status ?? null;
    this.execution_time = cause?.durationMs ?? null;
    this.logs = textOf(cause?.logs ?? []) || (cause?.functionStack ?? '');
    this.build_logs = (cause?.buildLogs ?? []).join('\n');
  }
}

/** What is no SelvedgeError is a bug, and stays what it is. */
export function toCloudBoxError(thrown: unknown): unknown {
  if (!(thrown instanceof SelvedgeError)) return thrown;
  return new CloudBoxError(WORDS[thrown.code] ?? thrown.code, thrown.message, thrown);
}
