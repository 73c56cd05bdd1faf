// Where the visitor is, by what the platform knows of his address, and from where he may come: the same places, decided
// by the same code, as in the rule `geo`.

import type { Geo } from '../contract/geo.ts';
import type { PlaceEntry } from '../contract/rules/place.ts';
import { refusalOf, whereOf } from '../rules/geo/judge-access.ts';
import type { Middleware } from './middleware.ts';
import { refuse } from './refuse.ts';

export type { Geo };
export type Place = PlaceEntry;

export interface GeoOptions {
  readonly allow?: Place;
  readonly deny?: Place;
  /** What becomes of whom it is not known where he is; `allow` keeps him out unless set, `deny` does not. */
  readonly unknown?: 'allow' | 'deny';
}

const FIELDS = [
  ...['country', 'continent', 'isEUCountry', 'region', 'regionCode', 'city', 'postalCode'],
  ...['latitude', 'longitude', 'timezone', 'asn', 'asOrganization'],
] as const;

export function geo(options: GeoOptions = {}): Middleware<{ readonly geo: Geo }> {
  const { allow, deny } = options;
  const unknown = options.unknown ?? (allow ? 'deny' : 'allow');
  return (request, context, next) => {
    const cf = (request as { cf?: Readonly<Record<string, unknown>> }).cf ?? {};
    const known = FIELDS.flatMap((field) => (cf[field] === undefined ? [] : [[field, cf[field]]]));
    const found = Object.fromEntries(known) as Geo;
    const refusal = refusalOf({ allow, deny, unknown }, found);
    if (refusal !== undefined)
      return refuse(403, 'FN_009', `Requests from ${whereOf(found)} are not taken here: ${refusal}.`);
    context.geo = found;
    return next();
  };
}
