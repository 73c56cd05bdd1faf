// The regions as fronts are told them: what owners say of each, and what is known of its health. Pure.

import type { RegionsTable } from '../../../edge/contract/regions.ts';
import type { RegionHealth, RegionRecord } from '../../model/region.ts';

export interface RegionsInput {
  /** Name of this machine's region. */
  readonly here: string;
  readonly records: readonly RegionRecord[];
  readonly healthOf: (name: string) => Pick<RegionHealth, 'healthy' | 'fault' | 'latencyMs'>;
  /** The secret as fronts can open it. */
  readonly secretOf: (record: RegionRecord) => string | null;
}

export function compileRegions({ here, records, healthOf, secretOf }: RegionsInput): RegionsTable {
  const list = records.map((record) => {
    const { name, latitude, longitude, tags, endpoint } = record;
    const { healthy, fault, latencyMs } = healthOf(name);
    return {
      ...{ name, tags: [...tags], endpoint, healthy, fault, latencyMs, hopSecret: secretOf(record) },
      place: { latitude, longitude },
    };
  });
  if (records.some(({ name }) => name === here)) return { here, list };
  return { here, list: [...list, { ...unplaced, name: here }] };
}

/** This machine, while nobody has said where it is. */
const unplaced = {
  ...{ place: null, tags: [], endpoint: null, healthy: true, fault: null, latencyMs: 0, hopSecret: null },
} as const;
