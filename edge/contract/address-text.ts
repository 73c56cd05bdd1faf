// Addresses as RFC 5952 writes them: one text for each, so that no client looks like two. Pure.

import type { Address } from './ip-address.ts';

export function addressText(address: Address): string {
  return address.family === 4 ? v4Text(address.value) : v6Text(address.value);
}

const v4Text = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

/** The longest run of zeros is left out, the first of two that are as long, and no single one. */
function v6Text(digits: string): string {
  const groups = Array.from({ length: 8 }, (_, at) => Number.parseInt(digits.slice(4 * at, 4 * at + 4), 16));
  let [from, length] = [-1, 1];
  for (let at = 0; at < groups.length; at++) {
    let end = at;
    while (groups[end] === 0) end++;
    if (end - at > length) [from, length] = [at, end - at];
    if (end > at) at = end;
  }
  const hex = groups.map((group) => group.toString(16));
  if (from === -1) return hex.join(':');
  return `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`;
}
