// What to do about an instance that has not answered a heartbeat yet: its JavaScript has not come back to the
// event loop since. Pure; `platform/watchdog.ts` measures and acts.

/** Without an answer for this long, an instance gets only processor time that nobody else wants. */
export const demoteAfterMs = 150;
/** After a request has overrun its timeout, an instance that does not answer is given this much longer. */
export const overdueGraceMs = 1000;
/** One that uses little CPU may just be starved by others, so it is given this much beyond its timeout. */
export const starvedGraceMs = 5000;

/** Since the heartbeat was sent. */
export interface Stretch {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** A request of it has run into its timeout already. */
  readonly overdue: boolean;
  /** It used half of a processor or more until it was demoted: that it gets little since then is our doing. */
  readonly wasBusy: boolean;
}

export interface StretchLimits {
  readonly timeoutMs: number;
  /** Null: only the timeout counts. */
  readonly cpuMs: number | null;
}

/** `cpu` and `time` name the limit for which the instance is to be ended. */
export type StretchVerdict = 'wait' | 'demote' | 'cpu' | 'time';

export function judgeStretch(
  { wallMs, cpuMs, overdue, wasBusy }: Stretch,
  limits: StretchLimits,
): StretchVerdict {
  if (limits.cpuMs !== null && cpuMs >= limits.cpuMs) return 'cpu';
  if (overdue && wallMs >= overdueGraceMs) return 'time';
  if (wallMs >= limits.timeoutMs) {
    const busy = wasBusy || cpuMs >= limits.timeoutMs / 2;
    if (busy || wallMs >= limits.timeoutMs + starvedGraceMs) return 'time';
  }
  return wallMs >= demoteAfterMs ? 'demote' : 'wait';
}
