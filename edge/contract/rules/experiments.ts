// Experiments of a function or route, as the router reads them. Control has compiled them: defaults are applied, layers
// are laid out, shares are basis points.

import type { PlaceEntry } from './place.ts';

/** What the visitor is known by. Header names are in lower case. */
export type KnownBy =
  | { readonly kind: 'visitor' | 'user' | 'ip' }
  | { readonly kind: 'header'; readonly name: string };

/** Absent is no change. A variant that changes nothing is the control. */
export interface VariantEntry {
  readonly name: string;
  /** Beside those of the others; 0 takes nobody who is not sent here. */
  readonly weight: number;
  /** A path, or with `/*` at its end one that the asked path is put behind. */
  readonly path?: string | undefined;
  /** Of the request that the function gets, by name in lower case; null takes one away. */
  readonly headers?: Readonly<Record<string, string | null>> | undefined;
  /** `https://host[:port]`. */
  readonly origin?: string | undefined;
  /** Names of another function of the project: the first that there is. */
  readonly functions?: readonly string[] | undefined;
  /** Id, digits or alias of a version of the function that serves. */
  readonly version?: string | undefined;
}

/** Texts are equal to the value, begin with it when it ends with `*`, and are anything for `*`. */
export interface TargetEntry {
  readonly place?: PlaceEntry | undefined;
  readonly header?: Readonly<Record<string, string>> | undefined;
  readonly cookie?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly path?: string | undefined;
}

/** All that is there must hold. */
export interface ConversionEntry {
  readonly path?: string | undefined;
  readonly header?: { readonly name: string; readonly value: string } | undefined;
  readonly status?: number | undefined;
}

export interface ExperimentEntry {
  readonly name: string;
  readonly status: 'running' | 'paused' | 'ended';
  /** Of an ended one: everybody gets it. */
  readonly winner: string | null;
  readonly variants: readonly VariantEntry[];
  readonly by: KnownBy;
  /** Who takes part, of 10000: draws from `fromBp` up to and without `toBp`. */
  readonly part: { readonly seed: string; readonly fromBp: number; readonly toBp: number };
  readonly target: TargetEntry | null;
  readonly conversion: ConversionEntry | null;
}

export type ExperimentsEntry = readonly ExperimentEntry[];
