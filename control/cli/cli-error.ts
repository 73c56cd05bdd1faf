// What a command throws when it cannot go on: one message, what to do next, and how the program is to end.

import type { ExitName } from './exit-codes.ts';

/** A place of the fault; what the server says of its own fits too. */
export interface CliIssue {
  readonly message: string;
  readonly path?: string | undefined;
  readonly file?: string | undefined;
  /** One-based, as `column`. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

export interface CliErrorDetails {
  /** What to do next; a sentence of its own. */
  readonly hint?: string;
  /** The platform's code, where the platform said it. */
  readonly code?: string;
  readonly requestId?: string;
  readonly issues?: readonly CliIssue[];
  readonly buildLogs?: readonly string[];
  /** Stack of the user's function. */
  readonly stack?: string;
}

export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitName;
  readonly details: CliErrorDetails;

  constructor(exit: ExitName, message: string, details: CliErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exit = exit;
    this.details = details;
  }
}

export const interruptedBefore = (cause?: unknown): CliError =>
  new CliError(
    'interrupted',
    "Interrupted before anything was sent: the server's state is as before.",
    {},
    cause,
  );
