// Networks become ranges that are sorted and apart, so that the router finds an address among 10,000 in a dozen looks.

import { type AddressRange, readNetwork } from '../../../edge/contract/ip-address.ts';
import type { AddressRanges, IpEntry } from '../../../edge/contract/rules/ip.ts';
import type { IpRules } from '../../model/rules/ip.ts';

export function compileIp({ allow, deny }: IpRules): IpEntry {
  return { ...(allow && { allow: compileNetworks(allow) }), ...(deny && { deny: compileNetworks(deny) }) };
}

export function compileNetworks(networks: readonly string[]): AddressRanges {
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
export function mergeRanges<Value extends number | string>(
  ranges: readonly (readonly [Value, Value])[],
): Value[] {
  const merged: Value[] = [];
  for (const [first, last] of ranges.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))) {
    const end = merged.at(-1);
    if (end === undefined || first > end) merged.push(first, last);
    else if (last > end) merged[merged.length - 1] = last;
  }
  return merged;
}
