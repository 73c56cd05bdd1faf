// Who is unknown is decided here, so that the router asks no more.

import type { GeoEntry } from '../../../edge/contract/rules/geo.ts';
import type { GeoRules } from '../../model/rules/geo.ts';

export function compileGeo({ headers, allow, deny, unknown }: GeoRules): GeoEntry {
  return {
    headers,
    ...(allow && { allow }),
    ...(deny && { deny }),
    unknown: unknown ?? (allow ? 'deny' : 'allow'),
  };
}
