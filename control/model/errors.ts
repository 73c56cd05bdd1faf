// Every error that Selvedge can tell a user, in one registry. Domain code throws `AppError`s and knows no
// HTTP; `api/error-response.ts` turns the code's kind into a status as the last step. A broken invariant is
// not in here: that is a bug, it is asserted, and it crashes.

/** `user` errors are cured by changing the request, `system` errors by the operator or by waiting. */
export type ErrorKind = 'user' | 'system';

interface ErrorMeaning {
  readonly kind: ErrorKind;
  readonly status: number;
  readonly meaning: string;
}

export const ERRORS = {
  FN_001: { kind: 'user', status: 404, meaning: 'Function, version or route not found.' },
  FN_002: { kind: 'user', status: 504, meaning: 'The function did not answer within its timeout.' },
  FN_003: { kind: 'user', status: 503, meaning: 'The function exceeded its memory limit.' },
  FN_004: {
    kind: 'user',
    status: 500,
    meaning: 'The handler threw, or returned what cannot be a response.',
  },
  FN_005: {
    kind: 'user',
    status: 422,
    meaning: 'The deployment failed: validation, dependencies, build, start or probe.',
  },
  FN_006: { kind: 'user', status: 400, meaning: 'The configuration or the request is invalid.' },
  FN_007: { kind: 'user', status: 429, meaning: 'A rate, concurrency or queue limit is exceeded.' },
  FN_008: {
    kind: 'system',
    status: 503,
    meaning: 'A cold start timed out, or no instance could be had.',
  },
  FN_009: { kind: 'user', status: 403, meaning: 'Permission denied; 401 without a credential.' },
  FN_010: {
    kind: 'user',
    status: 502,
    meaning: 'A host that the function itself called, or that a rule of it leads to, could not be reached.',
  },
  SYS_001: { kind: 'system', status: 500, meaning: 'Something inside Selvedge failed.' },
  SYS_002: { kind: 'system', status: 507, meaning: 'The data directory is full or cannot be written.' },
  SYS_003: { kind: 'system', status: 503, meaning: 'Selvedge is starting or stopping.' },
  SYS_004: {
    kind: 'system',
    status: 503,
    meaning: 'What is stored of a version is not what was deployed, so it is not started.',
  },
} as const satisfies Record<string, ErrorMeaning>;

export type ErrorCode = keyof typeof ERRORS;

/** What an error may carry besides its message. Each field is for the client; causes are for the log. */
export interface ErrorDetails {
  /** Replaces the registry's status where one code has several: 401 for FN_009, 409 or 413 for FN_006. */
  readonly status?: number;
  /** What the build printed, line by line (FN_005). */
  readonly buildLogs?: readonly string[];
  /** Seconds, for `Retry-After` (FN_007, FN_008, SYS_003). */
  readonly retryAfterSeconds?: number;
  /** Stack mapped to the user's source (FN_004). */
  readonly stack?: string;
  /** Machine-readable places of the fault: `{message, file?, line?, column?, path?}`. */
  readonly issues?: readonly ErrorIssue[];
}

export interface ErrorIssue {
  readonly message: string;
  /** Dotted path of the field in the request body, e.g. `scaling.maxInstances`. */
  readonly path?: string;
  readonly file?: string;
  /** One-based. */
  readonly line?: number;
  /** One-based. */
  readonly column?: number;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}
