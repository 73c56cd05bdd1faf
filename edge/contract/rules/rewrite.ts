// Requests that a function, or another origin, gets with another path.

import type { PathPattern } from '../path-pattern.ts';
import type { PathTemplate } from '../path-template.ts';
import type { PlaceEntry } from './place.ts';

/** All that is there must hold. */
export interface WhenEntry {
  readonly methods?: readonly string[];
  /** Names in lower case. True: that it is there. */
  readonly headers?: Readonly<Record<string, string | true>>;
  readonly cookies?: Readonly<Record<string, string | true>>;
  readonly place?: PlaceEntry;
  readonly query?: Readonly<Record<string, string | true>>;
}

export interface RewriteEntry {
  readonly path: PathPattern;
  readonly to: PathTemplate;
  /** `https://host[:port]` that answers in the function's place. */
  readonly origin?: string;
  readonly when?: WhenEntry;
}
