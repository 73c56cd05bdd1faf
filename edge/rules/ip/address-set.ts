// Whether an address is in one of many ranges: a search by halves in a sorted list.

import type { Address } from '../../contract/ip-address.ts';
import type { AddressRanges } from '../../contract/rules/ip.ts';

export class AddressSet {
  readonly #v4: Float64Array;
  readonly #v6: readonly string[];

  constructor({ v4, v6 }: AddressRanges) {
    this.#v4 = Float64Array.from(v4);
    this.#v6 = v6;
  }

  has({ family, value }: Address): boolean {
    return family === 4 ? isWithin(this.#v4, value) : isWithin(this.#v6, value);
  }
}

/** `ends` are the first and the last of each range in turn. */
function isWithin<Value extends number | string>(ends: ArrayLike<Value>, value: Value): boolean {
  let low = 0;
  let high = ends.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[2 * middle + 1] as Value) < value) low = middle + 1;
    else high = middle;
  }
  return 2 * low < ends.length && (ends[2 * low] as Value) <= value;
}
