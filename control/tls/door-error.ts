import type { ErrorCode } from '../model/errors.ts';
import type { AnsweredError } from '../service/error-answer.ts';

/** Why the TLS door did not hand a request to a front, or an answer to a client. */
export class DoorError extends Error implements AnsweredError {
  readonly code: ErrorCode;
  readonly status: number;

  constructor(code: ErrorCode, status: number, message: string) {
    super(message);
    this.name = 'DoorError';
    this.code = code;
    this.status = status;
  }
}
