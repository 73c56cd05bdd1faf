// Tells hosts that are plainly inside: a literal private address, or the machine's own names. It refuses nothing:
// the worker's network does, for every connection that would end at such an address, names that resolve to one
// included. But workerd then says only "internal error", so the reason is read off the name here.

const PRIVATE_V4: readonly (readonly [network: number, bits: number])[] = [
  [0x00000000, 8], // 0.0.0.0/8, this host
  [0x0a000000, 8], // 10.0.0.0/8
  [0x64400000, 10], // 100.64.0.0/10, behind carriers' address translation
  [0x7f000000, 8], // 127.0.0.0/8
  [0xa9fe0000, 16], // 169.254.0.0/16, where clouds keep their metadata
  [0xac100000, 12], // 172.16.0.0/12
  [0xc0a80000, 16], // 192.168.0.0/16
];

/** `host` as in a URL's `hostname`: lower case, an IPv4 address in its dotted form, IPv6 in brackets. */
export function isPrivateHost(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (host.startsWith('[')) return isPrivateV6(host.slice(1, -1));
  const v4 = readV4(host);
  return v4 !== undefined && isPrivateV4(v4);
}

function isPrivateV4(address: number): boolean {
  return PRIVATE_V4.some(([network, bits]) => address >>> (32 - bits) === network >>> (32 - bits));
}

function readV4(host: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  return match?.slice(1).reduce((value, part) => value * 256 + Number(part), 0);
}

function isPrivateV6(address: string): boolean {
  if (address === '::' || address === '::1') return true;
  // An IPv4 address inside IPv6, as URL parsers write it: ::ffff:7f00:1.
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped)
    return isPrivateV4(Number.parseInt(`${mapped[1]}`, 16) * 65_536 + Number.parseInt(`${mapped[2]}`, 16));
  // fc00::/7 unique local, fe80::/10 link local.
  return /^(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(address);
}
