// What a function is told of where its client is, in headers. Pure.
//
// Names of places have letters that headers cannot carry: they are percent-encoded as in a URL, and in the JSON escaped.

import type { Geo } from '../../contract/geo.ts';
import type { HeaderEdit } from '../header-edit.ts';

export const GEO_HEADER = 'x-selvedge-geo';
const PARTS = ['country', 'region', 'city', 'continent', 'latitude', 'longitude', 'timezone', 'asn'] as const;

/** A front remembers where an address is, so that the headers are made once for it. */
const made = new WeakMap<Geo, readonly HeaderEdit[]>();

/** What is not known has no header. */
export function geoHeaders(geo: Geo | null): readonly HeaderEdit[] {
  if (!geo) return [];
  const known = made.get(geo);
  if (known) return known;
  const headers = headersOf(geo);
  made.set(geo, headers);
  return headers;
}

function headersOf(geo: Geo): readonly HeaderEdit[] {
  const parts = PARTS.flatMap((part): HeaderEdit[] => {
    const value = geo[part];
    return value === undefined
      ? []
      : [{ op: 'set', name: `${GEO_HEADER}-${part}`, value: encode(String(value)) }];
  });
  return [{ op: 'set', name: GEO_HEADER, value: inAscii(JSON.stringify(geo)) }, ...parts];
}

const encode = (value: string): string =>
  value.replace(/[^\x20-\x7e]+|%/g, (text) => encodeURIComponent(text.toWellFormed()));

const inAscii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
