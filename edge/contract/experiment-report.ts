// What a front tells control of experiments, asked at its private socket:
//
//   GET /experiments?after=<seq>&epoch=<text>      200 ExperimentReport
//
// Everything has a number, and the front tells what is newer than `after`, which control has stored. So nothing is lost when
// an answer is, and nothing is counted twice: counters are totals, and a visitor told again is the same one.

/** Upper bounds 1, 2, 4, ... 2^15 ms, and one bucket for what is above. */
export const latencyBuckets = 17;

/** Of one variant since the front started; they only grow. */
export interface VariantTally {
  readonly function: string;
  readonly experiment: string;
  readonly variant: string;
  readonly requests: number;
  /** Answers with status 500 and above, whoever made them. */
  readonly errors: number;
  /** Sum of times to the answer's head, in milliseconds, and of their squares. */
  readonly latencyMs: number;
  readonly latencySquares: number;
  readonly histogram: readonly number[];
}

/** `variant` is null for a conversion: whoever knows the visitor knows where he belongs. */
export interface VisitorEvent {
  readonly function: string;
  readonly experiment: string;
  readonly variant: string | null;
  /** See `visitorDigest`. */
  readonly visitor: number;
}

export interface ExperimentReport {
  /** To be sent as `after` once all of this is stored. */
  readonly seq: number;
  readonly tallies: readonly VariantTally[];
  readonly visitors: readonly VisitorEvent[];
  /** Visits and conversions that the front could not keep, ever. */
  readonly dropped: number;
}
