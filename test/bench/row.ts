/** One claim with what was measured for it. */
export interface Row {
  readonly figure: string;
  /** What we mean to reach, in words. */
  readonly reach: string;
  /** The figure, rounded, with its unit. */
  readonly measured: string;
  readonly reached: boolean;
  /** Every round as it was measured, so that nobody has to believe a median. */
  readonly rounds: readonly Readonly<Record<string, number>>[];
}

export interface BenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

export const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits;
