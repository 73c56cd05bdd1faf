// The block of an address: 24 bits of IPv4, 48 of IPv6. What is handed out to one place is seldom less, so that a front
// keeps one answer for all of a block where the geo service says that it may. Pure.

import type { Address } from '../contract/ip-address.ts';

/** Looks like no address, so that both can be keys of one map. */
export const blockOf = (address: Address): string =>
  address.family === 4 ? `4/${address.value >>> 8}` : `6/${address.value.slice(0, 12)}`;
