// A part of the platform that is killed again and again, and what of it visitors may notice.

import type { TestPlatform } from '../support/test-platform.ts';
import type { Failure } from './failure.ts';

export const asPromised = 'as promised';

export interface Part {
  readonly name: string;
  /** In words, for the table. */
  readonly promise: string;
  /** Pids to kill now; `turn` counts the kills. */
  readonly victims: (platform: TestPlatform, turn: number) => readonly number[];
  /** Replaces the plain SIGKILL of victims: kills, and does what an operator's init system would. */
  readonly strike?: (platform: TestPlatform, turn: number) => Promise<void>;
  /** Looks after each kill whether the part does its work; says `as promised`, or what it found instead. */
  readonly afterwards?: (platform: TestPlatform, turn: number) => Promise<string>;
  /** A failure that the promise allows. */
  readonly allows: (failure: Failure) => boolean;
}
