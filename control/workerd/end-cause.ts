// Why an instance ended, in the terms of those whose requests it had.

/** FN_002: it used its time without coming back; FN_003: its memory; FN_004: it ended by itself or was killed from outside. */
export interface EndCause {
  readonly code: 'FN_002' | 'FN_003' | 'FN_004';
  /** For the client and the function's log: what happened, the limit with its value, what to do. */
  readonly message: string;
  /** Somebody else ended it, or nobody knows how it ended: that says nothing of the function. */
  readonly outside?: true;
}
