// Rules as the router has them: what of a function's, and of the route by which a request came, holds. Control has
// checked and compiled them; each section's shape is in `rules/`.

import type { GeoEntry } from './rules/geo.ts';
import type { RegionsEntry } from './rules/regions.ts';

export interface RulesEntry {
  readonly geo?: GeoEntry;
  readonly regions?: RegionsEntry;
}
