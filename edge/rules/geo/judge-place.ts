// Whether a client is at a place, by what is known of him. Pure; for any step that asks where somebody is.

import type { Geo } from '../../contract/geo.ts';
import type { Circle, PlaceEntry } from '../../contract/rules/place.ts';
import { distanceKm } from '../../regions/measure-distance.ts';

/** `unknown` where nothing says that he is there, and something that would have to say so is not known. */
export type PlaceVerdict = 'inside' | 'outside' | 'unknown';

export function judgePlace(place: PlaceEntry, geo: Geo | null): PlaceVerdict {
  const verdicts = partsOf(place, geo ?? {});
  if (verdicts.includes('inside')) return 'inside';
  return verdicts.includes('unknown') ? 'unknown' : 'outside';
}

/** Who is not known to be there is not there. */
export const matchesPlace = (place: PlaceEntry, geo: Geo | null): boolean =>
  judgePlace(place, geo) === 'inside';

function partsOf({ countries, continents, regions, eu, within }: PlaceEntry, geo: Geo): PlaceVerdict[] {
  const verdicts: PlaceVerdict[] = [];
  if (countries) verdicts.push(isListed(countries, geo.country));
  if (continents) verdicts.push(isListed(continents, geo.continent));
  if (regions) verdicts.push(isInRegion(regions, geo));
  if (eu) verdicts.push(verdictOf(geo.country && geo.isEUCountry === '1'));
  if (within) verdicts.push(isWithin(within, geo));
  return verdicts;
}

const verdictOf = (known: boolean | '' | undefined): PlaceVerdict =>
  known === true ? 'inside' : known === false ? 'outside' : 'unknown';

const isListed = (names: readonly string[], name: string | undefined): PlaceVerdict =>
  verdictOf(name && names.includes(name));

/** A country of which no region is listed is enough to know. */
function isInRegion(regions: readonly string[], { country, regionCode }: Geo): PlaceVerdict {
  if (!country) return 'unknown';
  if (!regions.some((region) => region.startsWith(`${country}-`))) return 'outside';
  return verdictOf(regionCode && regions.includes(`${country}-${regionCode}`));
}

function isWithin(circle: Circle, { latitude, longitude }: Geo): PlaceVerdict {
  if (latitude === undefined || longitude === undefined) return 'unknown';
  const distance = distanceKm(circle, { latitude: Number(latitude), longitude: Number(longitude) });
  return verdictOf(distance <= circle.km);
}
