// Where a client is: from what this front remembers, or from the geo service. No request fails or waits long because
// the service is away: nothing is known of the client then, and a rule says what becomes of such.

import { addressText } from '../contract/address-text.ts';
import { type Geo, type GeoAnswer, geoPath } from '../contract/geo.ts';
import { type Address, readAddress } from '../contract/ip-address.ts';
import { GeoCache } from './geo-cache.ts';
import { isPublic } from './public-address.ts';

/** Longest that a request waits for the service. It answers in a millisecond, but for the first time: it reads its files then. */
export const geoWaitMs = 500;
/** After a failure, how long the service is not asked again. */
export const geoPauseMs = 1000;
/** Questions of a front in a second; beyond, a client of whom nothing is remembered is unknown. */
export const geoQuestionsMax = 2000;

/** As much of a service binding as is used. */
export interface GeoFetcher {
  fetch(url: string, init: { readonly signal: AbortSignal }): Promise<Response>;
}

export interface GeoSource {
  /** The geo service; absent where there is none. */
  readonly GEO?: GeoFetcher | undefined;
  /** The address that private ones are taken for. */
  readonly GEO_LOCAL?: string | undefined;
}

export class GeoFinder {
  readonly #cache = new GeoCache();
  #pausedUntil = 0;
  #second = 0;
  #questions = 0;

  /** Null when nothing is known. */
  find(address: Address, source: GeoSource): Geo | null | Promise<Geo | null> {
    if (!source.GEO) return null;
    const now = Date.now();
    const placed = isPublic(address) ? address : localAddress(source);
    if (!placed) return null;
    const known = this.#cache.get(placed, now);
    if (known) return knownOf(known);
    return this.#mayAsk(now) ? this.#ask(placed, source.GEO) : null;
  }

  #mayAsk(now: number): boolean {
    if (now < this.#pausedUntil) return false;
    const second = Math.floor(now / 1000);
    if (second !== this.#second) [this.#second, this.#questions] = [second, 0];
    return ++this.#questions <= geoQuestionsMax;
  }

  /** Each request asks for itself: what another one waits for ends with it, if its client leaves. */
  async #ask(address: Address, service: GeoFetcher): Promise<Geo | null> {
    try {
      const signal = AbortSignal.timeout(geoWaitMs);
      const response = await service.fetch(`http://geo${geoPath(addressText(address))}`, { signal });
      if (!response.ok) throw new Error(`The geo service answered ${response.status}.`);
      const answer = (await response.json()) as GeoAnswer;
      this.#cache.set(address, answer, Date.now());
      return knownOf(answer.geo);
    } catch {
      // It is away or slow, which /health tells; whoever comes next is not to wait for it as well.
      this.#pausedUntil = Date.now() + geoPauseMs;
      return null;
    }
  }
}

const knownOf = (geo: Geo): Geo | null => (Object.keys(geo).length === 0 ? null : geo);

const localAddress = ({ GEO_LOCAL }: GeoSource): Address | undefined =>
  GEO_LOCAL === undefined ? undefined : readAddress(GEO_LOCAL);
