// A visitor that a developer pretends to be: the country that `request.cf` tells of, and the address that the
// headers tell of. Pure.

import { isIP } from 'node:net';
import { continentOf, isInEuropeanUnion } from '../../model/continents.ts';
import { AppError } from '../../model/errors.ts';
import type { Header } from '../../workerd/config.ts';

export interface VisitorOptions {
  /** Country as ISO 3166-1 has it, in two letters: `DE`. */
  readonly geo?: string | undefined;
  /** IPv4 or IPv6 address. */
  readonly ip?: string | undefined;
}

/** The headers in which handlers look for the address of a visitor. */
const IP_HEADERS = ['cf-connecting-ip', 'x-real-ip', 'x-forwarded-for'] as const;

/** What `request.cf` holds of a country. @throws {AppError} FN_006 for what is no country. */
export function cfOf(geo: string): Readonly<Record<string, string>> {
  const country = geo.toUpperCase();
  const continent = continentOf(country);
  if (continent === undefined) {
    throw new AppError(
      'FN_006',
      `The country to pretend is "${geo}"; it must be two letters as in ISO 3166, such as DE or BR.`,
    );
  }
  return { country, continent, ...(isInEuropeanUnion(country) && { isEUCountry: '1' }) };
}

/**
 * The headers that every request is given, in place of any that the client sent. `cfHeader` is the one in which
 * workerd carries `request.cf`; without a country it is taken off, so that no client makes one up.
 *
 * @throws {AppError} FN_006 for what is no country, or no address.
 */
export function visitorHeaders({ geo, ip }: VisitorOptions, cfHeader: string): readonly Header[] {
  if (ip !== undefined && isIP(ip) === 0) {
    throw new AppError(
      'FN_006',
      `The address to pretend is "${ip}"; it must be an IP address, such as 203.0.113.7 or 2001:db8::7.`,
    );
  }
  return [
    geo === undefined ? { name: cfHeader } : { name: cfHeader, value: JSON.stringify(cfOf(geo)) },
    ...(ip === undefined ? [] : IP_HEADERS.map((name) => ({ name, value: ip }))),
  ];
}

/** What a developer must know once, before relying on it. */
export function visitorNotices({ geo, ip }: VisitorOptions): readonly string[] {
  return [
    ...(geo === undefined
      ? []
      : [
          `request.cf is of a visitor from ${geo.toUpperCase()}, here only: the platform does not fill request.cf yet.`,
        ]),
    ...(ip === undefined
      ? []
      : [
          `${IP_HEADERS.join(', ')} say ${ip}, here only: the platform does not set them, a proxy in front of it may.`,
        ]),
  ];
}
