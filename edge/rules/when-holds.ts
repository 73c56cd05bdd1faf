// Whether the conditions of a rule hold for a request. Pure.

import type { Geo } from '../contract/geo.ts';
import type { WhenEntry } from '../contract/rules/rewrite.ts';
import { matchesPlace } from './geo/judge-place.ts';
import { readCookies } from './read-cookies.ts';

export interface Asked {
  readonly method: string;
  readonly headers: Headers;
  readonly geo: Geo | null;
  /** With its `?`. */
  readonly query: string;
}

type Wanted = string | true;

export function whenHolds(when: WhenEntry, { geo, headers, method, query }: Asked): boolean {
  if (when.methods && !when.methods.includes(method)) return false;
  if (when.headers && !every(when.headers, (name) => headers.get(name))) return false;
  if (when.cookies) {
    const cookies = readCookies(headers.get('cookie') ?? '');
    if (!every(when.cookies, (name) => cookies.get(name) ?? null)) return false;
  }
  if (when.place && !matchesPlace(when.place, geo)) return false;
  if (!when.query) return true;
  const parameters = new URLSearchParams(query);
  return every(when.query, (name) => parameters.get(name));
}

const every = (wanted: Readonly<Record<string, Wanted>>, read: (name: string) => string | null): boolean =>
  Object.entries(wanted).every(([name, value]) => {
    const given = read(name);
    return value === true ? given !== null : given === value;
  });
