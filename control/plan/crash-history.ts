// What a version's ends mean for its next start. The first ones are forgiven, so that the request after a crash
// finds a fresh instance; a row of them waits longer and longer, and is a crash loop that people can see.
//
// An end for a limit says something of a request and nothing of the version: whoever sends the request that loops,
// again and again, must not take the function off the air for everybody else. It only bounds the starts, and so does
// an end from outside, by the kernel or a person.

/** Ends in a row after which the next start is not held back yet. */
export const crashesForgiven = 2;
/** Ends in a row that make a crash loop. */
export const crashLoopAt = 5;
/** An instance that has run this long has proven that the version works: the row is broken. */
export const stableMs = 10_000;
/** Wait before the first start that is held back; doubled with each further end, up to the maximum. */
export const backOffMs = { first: 500, max: 60_000 } as const;

/** Wait between starts of a version whose instances are ended for a limit, or from outside, one after the other. */
export const limitBackOffMs = 500;

export interface CrashHistory {
  /** In a row; starts that failed are among them. */
  readonly crashes: number;
  /** In a row, of instances that were ended for a limit. */
  readonly limitEnds: number;
  /** No start before this time, in milliseconds since the epoch. */
  readonly retryAt: number;
}

export const noCrashes: CrashHistory = { crashes: 0, limitEnds: 0, retryAt: 0 };

/** An instance ended by itself after `livedMs`. */
export function afterCrash(history: CrashHistory, livedMs: number, now: number): CrashHistory {
  const crashes = (livedMs >= stableMs ? 0 : history.crashes) + 1;
  return { ...history, crashes, retryAt: now + delayMs(crashes - crashesForgiven) };
}

/** An instance was ended for a limit, or from outside, after `livedMs`. */
export function afterLimit(history: CrashHistory, livedMs: number, now: number): CrashHistory {
  const limitEnds = (livedMs >= stableMs ? 0 : history.limitEnds) + 1;
  return { ...history, limitEnds, retryAt: limitEnds > crashesForgiven ? now + limitBackOffMs : now };
}

/** A start failed. That is never forgiven: nothing suggests that the next one does better. */
export function afterFailedStart(history: CrashHistory, now: number): CrashHistory {
  const crashes = history.crashes + 1;
  return { ...history, crashes, retryAt: now + delayMs(crashes) };
}

export const isCrashLoop = (history: CrashHistory): boolean => history.crashes >= crashLoopAt;

function delayMs(counted: number): number {
  return counted <= 0 ? 0 : Math.min(backOffMs.first * 2 ** (counted - 1), backOffMs.max);
}
