// A visitor that a developer pretends to be: the country that `request.cf` tells of, and the address that the
// headers tell of. Pure.

import { isIP } from 'node:net';
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

/** Countries by continent, as ISO 3166-1 and GeoNames have them. */
const CONTINENTS: Readonly<Record<string, string>> = {
  AF: 'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW',
  AN: 'AQ BV GS HM TF',
  AS: 'AE AF AM AZ BD BH BN BT CC CN CX GE HK ID IL IN IO IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TM TR TW UZ VN YE',
  EU: 'AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK',
  NA: 'AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC TT US VC VG VI',
  OC: 'AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TL TO TV UM VU WF WS',
  SA: 'AR BO BR CL CO EC FK GF GY PE PY SR UY VE',
};
const EUROPEAN_UNION =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

/** What `request.cf` holds of a country. @throws {AppError} FN_006 for what is no country. */
export function cfOf(geo: string): Readonly<Record<string, string>> {
  const country = geo.toUpperCase();
  const continent = Object.keys(CONTINENTS).find((code) => CONTINENTS[code]?.split(' ').includes(country));
  if (continent === undefined) {
    throw new AppError(
      'FN_006',
      `The country to pretend is "${geo}"; it must be two letters as in ISO 3166, such as DE or BR.`,
    );
  }
  return { country, continent, ...(EUROPEAN_UNION.includes(country) && { isEUCountry: '1' }) };
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
