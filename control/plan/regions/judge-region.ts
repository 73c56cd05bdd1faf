// What an answer, or none, says of a region. Pure. Everything goes by steps with a margin, so that a region does not
// come and go: it is left after several failures in a row, taken again after several answers, and told to have another
// latency only when that was another one by a margin, several times.

export const regionFailuresMax = 3;
export const regionSuccessesMin = 2;
export const latencyChangesMin = 3;
/** The latency must differ by both. */
export const latencyMarginMs = 10;
export const latencyMarginPercent = 25;

export interface RegionState {
  readonly healthy: boolean;
  /** Milliseconds since the epoch; null before the first check. */
  readonly since: number | null;
  readonly checkedAt: number | null;
  /** Why it is not healthy; null if it is. */
  readonly fault: string | null;
  /** In a row. */
  readonly failures: number;
  readonly successes: number;
  /** As it is told; null before the first answer. */
  readonly latencyMs: number | null;
  /** Newest measures in a row that differ from it by the margin. */
  readonly strays: readonly number[];
}

export type RegionCheck =
  | { readonly at: number; readonly latencyMs: number }
  | { readonly at: number; readonly fault: string };

/** Until something is known, a region is taken for healthy: whoever is sent there in vain goes on to another. */
export const UNKNOWN_REGION: RegionState = {
  ...{ healthy: true, since: null, checkedAt: null, fault: null, failures: 0, successes: 0 },
  ...{ latencyMs: null, strays: [] },
};

export function judgeRegion(before: RegionState, check: RegionCheck): RegionState {
  const first = before.checkedAt === null;
  const counted = { ...before, checkedAt: check.at, since: before.since ?? check.at };
  if ('fault' in check) {
    const failures = before.failures + 1;
    const failed = { ...counted, failures, successes: 0, strays: [] };
    if (!before.healthy || !(first || failures >= regionFailuresMax)) return failed;
    return { ...failed, healthy: false, since: check.at, fault: check.fault };
  }
  const successes = before.successes + 1;
  const answered = { ...counted, failures: 0, successes, ...latencyAfter(before, check.latencyMs) };
  if (before.healthy || successes < regionSuccessesMin) return answered;
  return { ...answered, healthy: true, since: check.at, fault: null };
}

function latencyAfter(
  { latencyMs: told, strays }: RegionState,
  measured: number,
): Pick<RegionState, 'latencyMs' | 'strays'> {
  if (told === null) return { latencyMs: measured, strays: [] };
  const margin = Math.max(latencyMarginMs, (told * latencyMarginPercent) / 100);
  if (Math.abs(measured - told) <= margin) return { latencyMs: told, strays: [] };
  const all = [...strays, measured];
  if (all.length < latencyChangesMin) return { latencyMs: told, strays: all };
  return { latencyMs: median(all), strays: [] };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
