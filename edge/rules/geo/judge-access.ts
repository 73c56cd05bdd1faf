// Whether a client may come from where he is. Pure.

import type { Geo } from '../../contract/geo.ts';
import type { GeoEntry } from '../../contract/rules/geo.ts';
import { judgePlace } from './judge-place.ts';

/** Why a client may not come; undefined if he may. Nothing is said of the list but that he is, or is not, on it. */
export function refusalOf(
  { allow, deny, unknown }: Omit<GeoEntry, 'headers'>,
  geo: Geo | null,
): string | undefined {
  const denied = deny ? judgePlace(deny, geo) : 'outside';
  if (denied === 'inside') return 'they are denied';
  const allowed = allow ? judgePlace(allow, geo) : 'inside';
  if (allowed === 'outside') return 'only some places are allowed';
  if (unknown === 'deny' && (denied === 'unknown' || allowed === 'unknown'))
    return 'too little is known of where they are';
  return undefined;
}

export function whereOf(geo: Geo | null): string {
  if (!geo?.country) return 'an unknown country';
  return geo.regionCode ? `${geo.country} (${geo.country}-${geo.regionCode})` : geo.country;
}
