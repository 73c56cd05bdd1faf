// What a front has met with regions by itself, between two words of control: connections that were not to be had. A
// region that fails again and again is avoided for a while, and then tried by one request after the other.

/** Requests in a row that did not get through to a region, before it is avoided. */
export const regionFaultsMax = 2;
/** For how long it then is. */
export const regionAvoidedMs = 5000;

interface Fault {
  count: number;
  readonly reason: string;
  readonly avoidedUntil: number;
}

export class RegionFaults {
  readonly #faults = new Map<string, Fault>();

  /** Why a region is avoided now; undefined if it is not. */
  avoided(name: string, now: number): string | undefined {
    const fault = this.#faults.get(name);
    return fault && fault.avoidedUntil > now ? fault.reason : undefined;
  }

  failed(name: string, reason: string, now: number): void {
    const count = (this.#faults.get(name)?.count ?? 0) + 1;
    const avoidedUntil = count >= regionFaultsMax ? now + regionAvoidedMs : 0;
    this.#faults.set(name, { count, reason, avoidedUntil });
  }

  answered(name: string): void {
    if (this.#faults.size > 0) this.#faults.delete(name);
  }

  /** Regions that are gone are nobody's. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#faults.keys()) if (!names.has(name)) this.#faults.delete(name);
  }
}
