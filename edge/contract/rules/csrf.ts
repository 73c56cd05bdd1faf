// Which pages may have a visitor's browser change something.

import type { OriginsEntry } from './cors.ts';

export interface CsrfEntry {
  /** Besides the origin that is asked. */
  readonly origins: OriginsEntry;
}
