// Where an address is, as far as it is known, and how the geo service tells it: to `GET /geo/<address>` on its socket
// it answers a `GeoAnswer`, to `GET /status` a `GeoStatus`. docs/geo.md has the fields for people.

/** Names and forms are those of Cloudflare's `request.cf`. What is not known is absent. */
export interface Geo {
  /** Two letters, ISO 3166-1. */
  readonly country?: string;
  /** `AF AN AS EU NA OC SA`. */
  readonly continent?: string;
  readonly isEUCountry?: '1';
  /** English name of the first subdivision: a state, a province. */
  readonly region?: string;
  /** The part behind the country of ISO 3166-2. */
  readonly regionCode?: string;
  readonly city?: string;
  readonly postalCode?: string;
  /** Decimal degrees, as text. */
  readonly latitude?: string;
  readonly longitude?: string;
  /** IANA name. */
  readonly timezone?: string;
  readonly asn?: number;
  readonly asOrganization?: string;
}

export interface GeoAnswer {
  readonly geo: Geo;
  /**
   * All of the address's block is there, 24 bits of IPv4 and 48 of IPv6: one answer is kept for all of it, and not one
   * for each address.
   */
  readonly block: boolean;
}

/** One database. */
export interface GeoFile {
  readonly name: string;
  readonly holds: 'places' | 'networks';
  /** When it was made; null where it does not say. */
  readonly built: string | null;
}

export interface GeoStatus {
  readonly files: readonly GeoFile[];
  /** What is wrong, in sentences. */
  readonly problems: readonly string[];
}

export const geoPath = (address: string): string => `/geo/${address}`;
export const GEO_STATUS_PATH = '/status';
