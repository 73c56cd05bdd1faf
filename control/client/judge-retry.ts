// Whether a call that failed is sent again, and after what pause.
//
// Two kinds of failure can be cured by repeating: the platform refused for now (429, 503), or no answer was heard.
// After a refusal nothing has been done, whatever the call is. When no answer was heard, the work may have been
// done: then only those calls are repeated whose repetition does no harm, because they read, or because the
// platform knows their Idempotency-Key and gives the first answer again.
//
// A call of a function is not among these. Its key protects only what control has answered, and what a function
// does, a mail that it sends say, is nobody's to take back.

import { backOffBaseMs, backOffMaxMs, retryAfterSecondsMax } from './bounds.ts';
import type { SelvedgeError } from './selvedge-error.ts';

/**
 * - `harmless`: may be carried out twice, or is known by its key.
 * - `create`: known by its key as well. But one that found no instance (FN_008) has left a function behind, and a
 *   second one would be told that the name is taken, in place of the reason.
 * - `after-refusal`: only where the platform says that it has not begun.
 */
export type Repetition = 'harmless' | 'create' | 'after-refusal';

/** Codes that say that nothing was begun. FN_003 is 503 too, and the function ran. */
const REFUSALS: ReadonlySet<string> = new Set(['FN_007', 'FN_008', 'SYS_003']);

export interface Attempt {
  readonly error: SelvedgeError;
  /** No connection was made, so that nothing was sent. */
  readonly neverSent: boolean;
  readonly repetition: Repetition;
  /** Repetitions so far. */
  readonly repeated: number;
  readonly retries: number;
  /** 0 to 1, so that clients that were refused together do not come back together. */
  readonly random: number;
}

/** Milliseconds to wait, or undefined to give up. */
export function judgeRetry(attempt: Attempt): number | undefined {
  const { error, repeated, retries, random } = attempt;
  if (repeated >= retries || !isWorthRepeating(attempt)) return undefined;
  const ceiling = Math.min(backOffMaxMs, backOffBaseMs * 2 ** repeated);
  if (error.retryAfter === null) return Math.round(ceiling * random);
  if (error.retryAfter > retryAfterSecondsMax) return undefined;
  // Never before the time that was asked for, and not all at it.
  return Math.round(error.retryAfter * 1000 + ceiling * random);
}

function isWorthRepeating({ error, neverSent, repetition }: Attempt): boolean {
  if (error.code === 'CLIENT_NETWORK') return neverSent || repetition !== 'after-refusal';
  if (error.code === 'FN_008' && repetition === 'create') return false;
  if (REFUSALS.has(error.code)) return error.status === 429 || error.status === 503;
  if (repetition === 'after-refusal') return false;
  // A proxy's own 429 or 503; and 409 with Retry-After, which is our first request still being worked on.
  if (error.code === 'CLIENT_ANSWER') return error.status === 429 || error.status === 503;
  return error.status === 409 && error.retryAfter !== null;
}
