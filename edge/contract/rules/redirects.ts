// Requests that are sent elsewhere, and requests that a function gets with another path.

import type { PathPattern } from '../path-pattern.ts';
import type { PathTemplate } from '../path-template.ts';

export interface RedirectEntry {
  readonly from: PathPattern;
  readonly to: PathTemplate;
  readonly status: number;
  readonly keepQuery: boolean;
}
