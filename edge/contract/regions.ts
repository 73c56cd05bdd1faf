// Regions as fronts know them. A region is a place with a backend: this machine's own instances, or what answers at an
// endpoint. No imports, as both sides take values from it.

/** On a request that one platform sends to another of the same owner: who sent it first, signed. */
export const HOP_HEADER = 'x-selvedge-hop';
/** On answers: where it was answered, and why there. */
export const REGION_HEADER = 'x-selvedge-region';
export const REGION_WHY_HEADER = 'x-selvedge-region-why';

/** How old a signed hop may be: clocks of machines differ, and a request waits on its way. */
export const hopSecondsMax = 60;

export interface RegionEntry {
  readonly name: string;
  /** Decimal degrees; null for this machine while nobody has said where it is. */
  readonly place: Place | null;
  /** In upper case: continents, countries, zones. */
  readonly tags: readonly string[];
  /** `https://host[:port]` of another platform or backend; null for this machine. */
  readonly endpoint: string | null;
  readonly healthy: boolean;
  /** Why not; null if it is. */
  readonly fault: string | null;
  /** There and back from this machine, as last told; null before it was measured. */
  readonly latencyMs: number | null;
  /** Sealed; with it the region is a platform of the same owner, which believes what it is told of the client. */
  readonly hopSecret: string | null;
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export interface RegionsTable {
  /** Name of this machine's region, which is in the list. */
  readonly here: string;
  readonly list: readonly RegionEntry[];
}
