// Whose instance goes when the machine has no room for another function's: an idle one of a version that is only
// kept warm or, without one, the idle one that was called least recently. Pure; `platform/fleet.ts` retires what is picked.

export interface EvictionCandidate {
  readonly id: string;
  /** Of its version, on all fronts: in flight and waiting. */
  readonly inFlight: number;
  /** Milliseconds since the epoch; 0 when it never had a request. */
  readonly lastRequestAt: number;
  readonly readyAt: number;
  /** When it was last seen to hold a WebSocket, in milliseconds since the epoch; 0 for never. */
  readonly heldAt: number;
  /** `minInstances` of a live version, which its owner wants kept. */
  readonly kept: boolean;
  /** No request comes to it unless its version is made live again, which is quicker with it than without. */
  readonly spare: boolean;
}

/** An instance is idle only after this long without a request: fronts tell of their load once a second. */
export const evictableAfterMs = 2000;

/** Undefined when every instance is busy, too young or kept on purpose. */
export function pickEvicted<C extends EvictionCandidate>(
  candidates: readonly C[],
  now: number,
): C | undefined {
  let oldest: C | undefined;
  for (const candidate of candidates) {
    if (candidate.kept || candidate.inFlight > 0 || now - usedAt(candidate) < evictableAfterMs) continue;
    if (oldest === undefined || goesBefore(candidate, oldest)) oldest = candidate;
  }
  return oldest;
}

const goesBefore = (a: EvictionCandidate, b: EvictionCandidate): boolean =>
  a.spare === b.spare ? usedAt(a) < usedAt(b) : a.spare;

const usedAt = ({ lastRequestAt, readyAt, heldAt }: EvictionCandidate): number =>
  Math.max(lastRequestAt, readyAt, heldAt);
