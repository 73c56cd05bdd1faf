// Which addresses are somewhere on the internet, so that it makes sense to ask where. Pure.

import type { Address } from '../contract/ip-address.ts';
import { NetworkList } from './network-list.ts';

/** IANA's registries of special addresses: private, loopback, link-local, shared, for documentation, and so on. */
const NOWHERE = new NetworkList([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/3', '2001:db8::/32', '3fff::/20'],
]);
/** Of what IPv6 has handed out, all is in here. */
const HANDED_OUT = new NetworkList(['2000::/3']);

export const isPublic = (address: Address): boolean =>
  !NOWHERE.has(address) && (address.family === 4 || HANDED_OUT.has(address));
