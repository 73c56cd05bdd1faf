// What databases say of an address, in the one form that functions see. Each maker has names of his own: those of
// MaxMind nest, those of DB-IP in the npm package are flat. What has another form than it should is left out. Pure.

import type { Geo } from '../../edge/contract/geo.ts';

/** All that a record holds, before what only others know is added: continents, codes, time zones. */
export function readRecord(record: unknown): Geo {
  const country = match(/^[A-Z]{2}$/, at(record, 'country_code'), at(record, 'country', 'iso_code'));
  const latitude = degrees(90, at(record, 'latitude'), at(record, 'location', 'latitude'));
  const longitude = degrees(180, at(record, 'longitude'), at(record, 'location', 'longitude'));
  const asn = at(record, 'autonomous_system_number');
  return definedOnly({
    country,
    continent: match(/^[A-Z]{2}$/, at(record, 'continent', 'code')),
    region: text(at(record, 'state1'), at(record, 'subdivisions', 0, 'names', 'en')),
    regionCode: match(/^[A-Z0-9]{1,3}$/, at(record, 'subdivisions', 0, 'iso_code')),
    city: text(at(record, 'city'), at(record, 'city', 'names', 'en')),
    postalCode: text(at(record, 'postcode'), at(record, 'postal', 'code')),
    ...(latitude !== undefined && longitude !== undefined && { latitude, longitude }),
    timezone: text(at(record, 'timezone'), at(record, 'location', 'time_zone')),
    asn: Number.isInteger(asn) && (asn as number) > 0 ? (asn as number) : undefined,
    asOrganization: text(at(record, 'autonomous_system_organization')),
  });
}

/** Characters of a name: a database of somebody's own is not to fill headers and logs. */
export const geoTextLengthMax = 200;
/** Decimals of a degree: 11 m. */
const DECIMALS = 4;

function at(record: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    record,
  );
}

function text(...candidates: readonly unknown[]): string | undefined {
  const found = candidates.find((value) => typeof value === 'string' && value !== '');
  return (found as string | undefined)?.slice(0, geoTextLengthMax);
}

function match(form: RegExp, ...candidates: readonly unknown[]): string | undefined {
  return candidates.find((value): value is string => typeof value === 'string' && form.test(value));
}

function degrees(max: number, ...candidates: readonly unknown[]): string | undefined {
  const found = candidates.find(
    (value): value is number => typeof value === 'number' && Math.abs(value) <= max,
  );
  return found === undefined ? undefined : String(Number(found.toFixed(DECIMALS)));
}

type Partially<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

function definedOnly(fields: Partially<Geo>): Geo {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Geo;
}
