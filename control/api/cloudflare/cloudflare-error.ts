// What goes wrong, under Cloudflare's numbers: wrangler and other tools decide by some of them. Messages are ours, and
// say what to do; the numbers are those under which the tools expect to be told.

import { AppError, type ErrorCode, type ErrorDetails } from '../../model/errors.ts';

/** By what each is for, in Selvedge's words. */
export const CODES = {
  /** No credential, or one that opens nothing. Tools offer to log in. */
  authentication: 10000,
  /** A credential that may not do this. */
  forbidden: 9109,
  /** No such path, or a method that it does not take. */
  noRoute: 7003,
  /** No such account. */
  noAccount: 7400,
  /** No such Worker. wrangler makes one, where that makes sense. */
  noWorker: 10007,
  /** No such service, as another answer calls a Worker. */
  noService: 10090,
  /** No such script in a dispatch namespace. */
  noDispatchScript: 10092,
  noWorkflow: 10200,
  noVersion: 10220,
  /** What was sent cannot be understood. */
  invalid: 10001,
  /** The Worker does not build, or does not start. */
  invalidScript: 10021,
  noSecret: 10056,
  /** An `inherit` of what is not there. */
  /** wrangler looks for the name in a message that begins "inherit binding 'X' is invalid". */
  invalidInherit: 10057,
  tooLarge: 10027,
  taken: 10040,
  rateLimited: 10429,
  internal: 10013,
  /** A version was to be made from the newest, and there is none. */
  noVersions: 10222,
  /** A route or host belongs to another Worker. */
  routeTaken: 10020,
  /** A secret was to be changed while the newest version is not live. */
  latestNotDeployed: 10215,
  /** A thing of Cloudflare's that this platform does not have. */
  notHere: 10501,
} as const;

export type CloudflareCode = (typeof CODES)[keyof typeof CODES];

export class CloudflareError extends AppError {
  readonly cloudflareCode: CloudflareCode;

  constructor(cloudflareCode: CloudflareCode, code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.cloudflareCode = cloudflareCode;
  }
}

/** Of errors that were not thrown for this API in particular. */
export function cloudflareCodeOf(error: AppError): CloudflareCode {
  if (error instanceof CloudflareError) return error.cloudflareCode;
  const { status } = error.details;
  if (status === 401) return CODES.authentication;
  if (status === 413) return CODES.tooLarge;
  if (status === 405) return CODES.noRoute;
  if (status === 409) return CODES.taken;
  return BY_CODE[error.code];
}

const BY_CODE: Readonly<Record<ErrorCode, CloudflareCode>> = {
  FN_001: CODES.noRoute,
  FN_002: CODES.invalidScript,
  FN_003: CODES.invalidScript,
  FN_004: CODES.invalidScript,
  FN_005: CODES.invalidScript,
  FN_006: CODES.invalid,
  FN_007: CODES.rateLimited,
  FN_008: CODES.internal,
  FN_009: CODES.forbidden,
  FN_010: CODES.internal,
  SYS_001: CODES.internal,
  SYS_002: CODES.internal,
  SYS_003: CODES.internal,
  SYS_004: CODES.internal,
};
