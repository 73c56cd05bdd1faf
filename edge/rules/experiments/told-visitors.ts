// Which visitors a front has told control of, so that it does not do so at each of their requests.
//
// It forgets: each visitor has one place, and who comes to a taken one pushes the other out, who is then told again, which
// changes nothing. So it takes the same memory for ten visitors and for ten million, outside of the heap.

/** Places: a power of two. */
export const toldVisitorsMax = 65_536;

export class ToldVisitors {
  readonly #places = new Float64Array(toldVisitorsMax);

  has(digest: number): boolean {
    return this.#places[placeOf(digest)] === digest;
  }

  add(digest: number): void {
    this.#places[placeOf(digest)] = digest;
  }

  clear(): void {
    this.#places.fill(0);
  }
}

/** The low bits of a digest are as even as any. */
const placeOf = (digest: number): number => digest % toldVisitorsMax;
