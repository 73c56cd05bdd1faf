// What control starts the geo service with. What it answers is in `edge/contract/geo.ts`, as fronts ask it too.

/** The one argument of the process, as JSON. All paths are absolute. */
export interface GeoOptions {
  /** Where it listens. */
  readonly socket: string;
  /** Databases, and folders of such; of two that hold the same the first is asked first. */
  readonly sources: readonly string[];
  /** More of the kind, for what none of `sources` holds: places, or networks. */
  readonly fallbacks: readonly string[];
  /** Folder with the names of subdivisions by language, as `cldr-subdivisions-full` has it; null for none. */
  readonly subdivisions: string | null;
}
