// Networks as ranges that are sorted and apart.

import { type AddressRange, readNetwork } from '../../../edge/contract/ip-address.ts';
import type { AddressRanges } from '../../../edge/contract/rules/ip.ts';

/** Takes what the schema has read. */
export function rangesOf(networks: readonly string[]): AddressRanges {
  const v4: (readonly [number, number])[] = [];
  const v6: (readonly [string, string])[] = [];
  for (const network of networks) {
    const range = readNetwork(network) as AddressRange;
    if (range.family === 4) v4.push([range.first, range.last]);
    else v6.push([range.first, range.last]);
  }
  return { v4: mergeRanges(v4), v6: mergeRanges(v6) };
}

/** Those that overlap become one. */
function mergeRanges<Value extends number | string>(ranges: readonly (readonly [Value, Value])[]): Value[] {
  const merged: Value[] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))) {
    const end = merged.at(-1);
    if (end === undefined || first > end) merged.push(first, last);
    else if (last > end) merged[merged.length - 1] = last;
  }
  return merged;
}

/** Whether all of the network is in one of the ranges. */
export function isWithinRanges(ranges: AddressRanges, network: string): boolean {
  const range = readNetwork(network);
  if (!range) return false;
  return range.family === 4
    ? isWithin(ranges.v4, range.first, range.last)
    : isWithin(ranges.v6, range.first, range.last);
}

function isWithin<Value extends number | string>(ends: readonly Value[], first: Value, last: Value): boolean {
  let low = 0;
  let high = ends.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[2 * middle + 1] as Value) < first) low = middle + 1;
    else high = middle;
  }
  return 2 * low < ends.length && (ends[2 * low] as Value) <= first && last <= (ends[2 * low + 1] as Value);
}
