// Which addresses are not of the public internet, by the registries of special-purpose addresses that IANA keeps
// for IPv4 and IPv6. Where a registry has small exceptions that are reachable (anycast of protocols), they are
// closed too: nobody serves functions from there.

import { BlockList } from 'node:net';
import { type IpAddress, translatedAddress } from './ip-address.ts';

const SPECIAL: readonly (readonly [network: string, name: string])[] = [
  ['0.0.0.0/8', 'this host'],
  ['10.0.0.0/8', 'a private network'],
  ['100.64.0.0/10', 'the shared space of carriers'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local, where clouds keep their metadata'],
  ['172.16.0.0/12', 'a private network'],
  ['192.0.0.0/24', 'kept for protocols'],
  ['192.0.2.0/24', 'kept for documentation'],
  ['192.88.99.0/24', 'a relay of 6to4'],
  ['192.168.0.0/16', 'a private network'],
  ['198.18.0.0/15', 'kept for benchmarks'],
  ['198.51.100.0/24', 'kept for documentation'],
  ['203.0.113.0/24', 'kept for documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'this host'],
  ['::1/128', 'loopback'],
  ['::/96', 'an IPv4 address in a form that is not used any more'],
  ['64:ff9b:1::/48', 'a private network behind a translator'],
  ['100::/64', 'for discarding'],
  ['2001::/23', 'kept for protocols, Teredo among them'],
  ['2001:db8::/32', 'kept for documentation'],
  ['2002::/16', 'an IPv4 address behind 6to4'],
  ['3fff::/20', 'kept for documentation'],
  ['fc00::/7', 'a private network'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'a private network'],
  ['ff00::/8', 'multicast'],
];

const lists = SPECIAL.map(([network, name]) => {
  const [address = '', bits] = network.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  return { name, family, list: subnet(address, Number(bits), family) };
});
/** All of IPv6 that is given out for the internet. */
const globalV6 = subnet('2000::', 3, 'ipv6');

/** What an address is when it is not public, in words; undefined for a public one. */
export function specialName(address: IpAddress): string | undefined {
  const translated = translatedAddress(address);
  if (translated) return specialName(translated);
  const found = lists.find(
    ({ family, list }) => family === address.family && list.check(address.text, family),
  );
  if (found) return found.name;
  return address.family === 'ipv6' && !globalV6.check(address.text, 'ipv6') ? 'reserved' : undefined;
}

function subnet(address: string, bits: number, family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return list;
}
