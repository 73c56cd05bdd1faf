// What a part of a fuzz run gives back.

import type { FuzzPlatform } from './fuzz-platform.ts';

export interface Failure {
  readonly what: string;
  /** A command that sends the same; empty where there is none. */
  readonly reproduce: string;
}

export interface Report {
  sent: number;
  readonly statuses: Map<number, number>;
  readonly failures: Failure[];
}

export const noReport = (): Report => ({ sent: 0, statuses: new Map(), failures: [] });

export interface PartOptions {
  readonly seed: number;
  readonly cases: number;
  readonly say: (line: string) => void;
}

export type Part = (fuzz: FuzzPlatform, options: PartOptions) => Promise<Report>;
