import type { PlaceEntry } from './place.ts';

export interface GeoEntry {
  readonly headers: boolean;
  readonly allow?: PlaceEntry | undefined;
  readonly deny?: PlaceEntry | undefined;
  /** What becomes of whom it is not known where he is. */
  readonly unknown: 'allow' | 'deny';
}
