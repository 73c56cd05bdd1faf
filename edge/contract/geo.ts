// Where an address is, as far as it is known. Names and forms are those of Cloudflare's `request.cf`.

export interface Geo {
  /** Two letters, ISO 3166-1. */
  readonly country?: string;
  /** `AF AN AS EU NA OC SA`. */
  readonly continent?: string;
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
