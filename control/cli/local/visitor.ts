// A visitor that a developer pretends to be: the country that `request.cf` tells of, and the address that the
// headers and rules are told of. Pure.

import { isIP } from 'node:net';
import { continentOf, isInEuropeanUnion } from '../../model/continents.ts';
import { AppError } from '../../model/errors.ts';

export interface VisitorOptions {
  /** Country as ISO 3166-1 has it, in two letters: `DE`. */
  readonly geo?: string | undefined;
  /** IPv4 or IPv6 address. */
  readonly ip?: string | undefined;
}

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

/** As the local front takes it: null for what is as it is. */
export interface PretendedVisitor {
  readonly ip: string | null;
  readonly geo: Readonly<Record<string, string>> | null;
}

/** @throws {AppError} FN_006 for what is no country, or no address. */
export function pretendVisitor({ geo, ip }: VisitorOptions): PretendedVisitor {
  if (ip !== undefined && isIP(ip) === 0) {
    throw new AppError(
      'FN_006',
      `The address to pretend is "${ip}"; it must be an IP address, such as 203.0.113.7 or 2001:db8::7.`,
    );
  }
  return { ip: ip ?? null, geo: geo === undefined ? null : cfOf(geo) };
}

/** What a developer must know once, before relying on it. */
export function visitorNotices({ geo, ip }: VisitorOptions): readonly string[] {
  return [
    ...(geo === undefined
      ? []
      : [
          `request.cf and rules are of a visitor from ${geo.toUpperCase()}, of whom no more than that is known.`,
        ]),
    ...(ip === undefined ? [] : [`cf-connecting-ip and rules are of ${ip}, whoever asks.`]),
  ];
}
