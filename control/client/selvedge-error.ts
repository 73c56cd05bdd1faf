// What every method of the client rejects with: the platform's own error, or the reason that there is none.

import type { ErrorCode, ErrorJson, LogLine } from './answers.ts';

export type ErrorIssue = NonNullable<ErrorJson['error']['issues']>[number];

/** Codes of errors that the platform did not send. */
export const CLIENT_CODES = {
  CLIENT_TIMEOUT: 'The call did not come to an end within its `timeoutMs`. It may have been carried out.',
  CLIENT_ABORTED: 'The `signal` of the call was aborted. It may have been carried out.',
  CLIENT_NETWORK: 'There was no connection, or it broke before the answer was complete.',
  CLIENT_ANSWER: 'What answered is no control API of Selvedge.',
  CLIENT_INPUT: 'An option or an argument cannot be used; nothing was sent.',
} as const;
export type ClientCode = keyof typeof CLIENT_CODES;

export interface SelvedgeErrorDetails {
  /** HTTP status; null where no answer came. */
  readonly status?: number | null;
  readonly requestId?: string | null;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number | null;
  /** Stack of the function that failed, in its own source (FN_004). `stack` is that of the program that called. */
  readonly functionStack?: string | null;
  /** What the build printed, line by line (FN_005). */
  readonly buildLogs?: readonly string[];
  /** Each fault with its place (FN_005, FN_006). */
  readonly issues?: readonly ErrorIssue[];
  /** What the function printed before it failed. */
  readonly logs?: readonly LogLine[];
  readonly durationMs?: number | null;
}

export class SelvedgeError extends Error {
  override readonly name: string = 'SelvedgeError';
  readonly code: ErrorCode | ClientCode;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly retryAfter: number | null;
  readonly functionStack: string | null;
  readonly buildLogs: readonly string[];
  readonly issues: readonly ErrorIssue[];
  readonly logs: readonly LogLine[];
  readonly durationMs: number | null;

  constructor(
    code: ErrorCode | ClientCode,
    message: string,
    details: SelvedgeErrorDetails = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = details.status ?? null;
    this.requestId = details.requestId ?? null;
    this.retryAfter = details.retryAfter ?? null;
    this.functionStack = details.functionStack ?? null;
    this.buildLogs = details.buildLogs ?? [];
    this.issues = details.issues ?? [];
    this.logs = details.logs ?? [];
    this.durationMs = details.durationMs ?? null;
  }
}
