// IP addresses as the outbound compares them: every spelling of one address is the same address.

import { isIP } from 'node:net';

export interface IpAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly text: string;
}

/**
 * Undefined for what is no address. An IPv4 address inside IPv6 (::ffff:10.0.0.1) is that IPv4 address: it is
 * what the kernel connects to.
 */
export function readAddress(text: string): IpAddress | undefined {
  switch (isIP(text)) {
    case 4:
      return { family: 'ipv4', text };
    case 6: {
      // A zone names an interface of this machine; no function has business there.
      if (text.includes('%')) return undefined;
      const groups = groupsOf(text);
      const mapped = groups.slice(0, 6).join() === '0,0,0,0,0,65535';
      return mapped ? v4In(groups) : { family: 'ipv6', text };
    }
    default:
      return undefined;
  }
}

/** The IPv4 address that a translator (NAT64, 64:ff9b::/96) would connect to. */
export function translatedAddress({ family, text }: IpAddress): IpAddress | undefined {
  if (family === 'ipv4') return undefined;
  const groups = groupsOf(text);
  return groups.slice(0, 6).join() === '100,65435,0,0,0,0' ? v4In(groups) : undefined;
}

function v4In(groups: readonly number[]): IpAddress {
  const [high = 0, low = 0] = groups.slice(6);
  return { family: 'ipv4', text: [high >> 8, high & 255, low >> 8, low & 255].join('.') };
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): number[] {
  // A URL writes its dotted end, if it has one, as groups.
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const read = (part: string | undefined): number[] =>
    part ? part.split(':').map((group) => Number.parseInt(group, 16)) : [];
  const [before, after] = [read(head), read(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
