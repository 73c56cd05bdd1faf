// Which certificate answers for a name. Pure: names and dates are all that is asked.
//
// The exact name comes before a wildcard, which stands for one label. Of several for the same name the one that is
// valid longest is taken, so that a renewed one wins from the moment that it is there.

export interface Offer {
  /** DNS names in lower case, `*.suffix` among them. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  /** File name without its suffix. */
  readonly name: string;
}

/** The file of this name answers where no other does. */
export const DEFAULT_NAME = 'default';

export class CertificateIndex<T extends Offer> {
  readonly all: readonly T[];
  /** For a client that names no host, or one that is in no certificate; undefined if there is none at all. */
  readonly fallback: T | undefined;
  readonly #byName = new Map<string, T>();

  /** `domain` is the platform's: its certificate answers by default, unless one is called `default`. */
  constructor(offers: readonly T[], domain: string) {
    this.all = offers.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    for (const offer of this.all)
      for (const name of offer.names) {
        const known = this.#byName.get(name);
        if (known === undefined || offer.notAfter > known.notAfter) this.#byName.set(name, offer);
      }
    this.fallback =
      this.all.find(({ name }) => name === DEFAULT_NAME) ??
      this.#byName.get(domain) ??
      this.#byName.get(`*.${domain}`) ??
      this.all[0];
  }

  /** As a client named it: any case, perhaps with the dot of the root at its end. */
  find(host: string): T | undefined {
    const name = host.toLowerCase().replace(/\.$/, '');
    const exact = this.#byName.get(name);
    if (exact !== undefined) return exact;
    const dot = name.indexOf('.');
    return (dot < 0 ? undefined : this.#byName.get(`*${name.slice(dot)}`)) ?? this.fallback;
  }
}
