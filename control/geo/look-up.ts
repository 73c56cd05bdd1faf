// From an address to all that is known of it: what the databases say, and what follows from that.

import tzLookup from '@photostructure/tz-lookup';
import type { Geo, GeoAnswer } from '../../edge/contract/geo.ts';
import type { Address } from '../../edge/contract/ip-address.ts';
import { continentOf, isInEuropeanUnion } from '../model/continents.ts';
import type { Database } from './database.ts';
import { readRecord } from './read-record.ts';
import type { RegionCodes } from './region-codes.ts';

/** Rejects when a database can no longer be read. */
export async function lookUp(
  address: Address,
  databases: readonly Database[],
  codes: RegionCodes | undefined,
): Promise<GeoAnswer> {
  const [places, networks] = await Promise.all([
    firstFinding(address, databases, 'places'),
    firstFinding(address, databases, 'networks'),
  ]);
  return {
    geo: { ...completePlace(places.geo, codes), ...networkOf(networks.geo) },
    block: places.block && networks.block,
  };
}

/** Of those that hold it, the first that says something. */
async function firstFinding(
  address: Address,
  databases: readonly Database[],
  holds: 'places' | 'networks',
): Promise<GeoAnswer> {
  let block = true;
  for (const database of databases) {
    if (database.file.holds !== holds || !database.families.includes(address.family)) continue;
    const find = await database.load();
    const finding = find(address);
    block &&= finding.block;
    if (finding.record !== undefined) return { geo: readRecord(finding.record), block };
  }
  return { geo: {}, block };
}

const networkOf = ({ asn, asOrganization }: Geo): Geo => ({
  ...(asn !== undefined && { asn }),
  ...(asOrganization !== undefined && { asOrganization }),
});

function completePlace(geo: Geo, codes: RegionCodes | undefined): Geo {
  const { country, region, latitude, longitude } = geo;
  const continent = geo.continent ?? (country && continentOf(country));
  const regionCode = geo.regionCode ?? (country && region && codes?.of(country, region));
  const timezone = geo.timezone ?? (latitude && longitude ? timezoneAt(latitude, longitude) : undefined);
  return {
    ...geo,
    ...(continent && { continent }),
    ...(country && isInEuropeanUnion(country) && { isEUCountry: '1' }),
    ...(regionCode && { regionCode }),
    ...(timezone && { timezone }),
  };
}

const timezoneAt = (latitude: string, longitude: string): string =>
  tzLookup(Number(latitude), Number(longitude));
