// What a hostile function is to the runner: a handler, how it is provoked, and what must come of it.

import type { TestPlatform } from '../support/test-platform.ts';
import type { Canary } from './attack/canary.ts';
import type { Tally } from './tally.ts';

/** Where a fault is driven. */
export interface Scene {
  readonly platform: TestPlatform;
  /** The hostile function. */
  readonly name: string;
  readonly source: Source;
  /** What the offender, or who calls it, has got so far. */
  readonly tally: Tally;
  /** Counts who comes where no function may come. */
  readonly canary: Canary;
  /** The attack begins nothing new after this; milliseconds since the epoch. */
  readonly until: number;
}

export type Drive = (scene: Scene) => Promise<void>;

/** Code as `POST /functions` takes it. */
export type Source = Readonly<Record<string, string | { readonly base64: string }>>;

export interface Fault {
  /** Of the folder in `functions/`, unless `handler` names another; says what it does. */
  readonly name: string;
  readonly handler?: string;
  /** Settings of the function. */
  readonly settings?:
    | Readonly<Record<string, unknown>>
    | ((canary: Canary) => Readonly<Record<string, unknown>>);
  /** The drive deploys by itself: the start is the fault. */
  readonly deploys?: true;
  readonly drive: Drive;
  /** All that the offender may get. */
  readonly gets: readonly string[];
  /** What of that it must have got at least once. */
  readonly must?: string;
  /** No answer may have taken longer. */
  readonly withinMs?: number;
  /** What one request with `?ok` may get right after; `['200']` unless set, and null for no such request. */
  readonly after?: readonly string[] | null;
  /** The function's log must have a line like this. */
  readonly log?: RegExp;
  /** Anything else that must hold; says what does not. */
  readonly verify?: (scene: Scene) => Promise<string | undefined>;
}
