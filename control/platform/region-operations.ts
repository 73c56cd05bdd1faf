// What the control API can ask of regions.

import type { Caller } from '../model/access.ts';
import type { CreateRegion, RegionHealth, RegionRecord, UpdateRegion } from '../model/region.ts';

export interface RegionView {
  readonly name: string;
  /** Null for this machine while nobody has said where it is. */
  readonly record: RegionRecord | null;
  /** It is this machine. */
  readonly local: boolean;
  readonly health: RegionHealth;
}

export interface RegionOperations {
  /** By name; that of this machine is among them. */
  listRegions(): readonly RegionView[];
  getRegion(name: string): RegionView;
  createRegion(by: Caller, input: CreateRegion): Promise<RegionView>;
  /** What is left out stays. */
  updateRegion(by: Caller, name: string, input: UpdateRegion): Promise<RegionView>;
  deleteRegion(by: Caller, name: string): Promise<void>;
}
