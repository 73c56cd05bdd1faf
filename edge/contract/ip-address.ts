// Addresses and networks as they are written, read into forms that can be compared: an IPv4 address becomes a number, an
// IPv6 address its 32 hexadecimal digits. An IPv4 address in IPv6's clothes (`::ffff:192.0.2.1`) is the IPv4 address,
// so that a list which names one is not got around by the other.

export type Address =
  | { readonly family: 4; readonly value: number }
  | { readonly family: 6; readonly value: string };

/** The first and the last address, both included. */
export type AddressRange =
  | { readonly family: 4; readonly first: number; readonly last: number }
  | { readonly family: 6; readonly first: string; readonly last: string };

const MAPPED = '00000000000000000000ffff';

/** Undefined for what is no address in a common spelling; an IPv4 address has four decimal numbers without leading zeros. */
export function readAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const value = readV4(text);
    return value === undefined ? undefined : { family: 4, value };
  }
  const digits = readV6(text);
  if (digits === undefined) return undefined;
  if (digits.startsWith(MAPPED)) return { family: 4, value: Number.parseInt(digits.slice(24), 16) };
  return { family: 6, value: digits };
}

/** Of `192.0.2.0/24`, `2001:db8::/32` or a single address. Undefined for what is neither. */
export function readNetwork(text: string): AddressRange | undefined {
  const match = /^([0-9a-fA-F:.]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text);
  const [, written = '', prefix] = match ?? [];
  const address = readAddress(written);
  if (!address) return undefined;
  if (address.family === 6) {
    const bits = prefix === undefined ? 128 : Number(prefix);
    return bits > 128 ? undefined : rangeV6(address.value, bits);
  }
  // A prefix that is written behind an IPv6 spelling counts the 96 bits before the IPv4 address too.
  const bits = prefix === undefined ? 32 : Number(prefix) - (written.includes(':') ? 96 : 0);
  return bits > 32 || bits < 0 ? undefined : rangeV4(address.value, bits);
}

/** Whether the network is written by its first address; `192.0.2.7/24` might as well mean the one address. */
export function isWrittenByItsFirst(text: string, range: AddressRange): boolean {
  return readAddress(text.split('/')[0] ?? '')?.value === range.first;
}

function readV4(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) return undefined;
  let value = 0;
  for (const part of text.split('.')) {
    const number = Number(part);
    if (number > 255) return undefined;
    value = value * 256 + number;
  }
  return value;
}

function readV6(text: string): string | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const before = readGroups(head, tail === undefined);
  if (tail === undefined) return before?.length === 32 ? before : undefined;
  const after = readGroups(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 32 - before.length - after.length;
  return missing < 4 ? undefined : before + '0'.repeat(missing) + after;
}

/** Groups of four digits, and an IPv4 address in place of the last two where the address may end so. */
function readGroups(text: string, last: boolean): string | undefined {
  if (text === '') return '';
  const groups = text.split(':');
  let digits = '';
  for (const [at, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) digits += group.toLowerCase().padStart(4, '0');
    else {
      const v4 = last && at === groups.length - 1 ? readV4(group) : undefined;
      if (v4 === undefined) return undefined;
      digits += v4.toString(16).padStart(8, '0');
    }
  }
  return digits.length > 32 ? undefined : digits;
}

function rangeV4(value: number, bits: number): AddressRange {
  const size = 2 ** (32 - bits);
  const first = Math.floor(value / size) * size;
  return { family: 4, first, last: first + size - 1 };
}

function rangeV6(digits: string, bits: number): AddressRange {
  const whole = Math.floor(bits / 4);
  const kept = digits.slice(0, whole);
  if (whole === 32) return { family: 6, first: digits, last: digits };
  const free = 2 ** (4 - (bits % 4));
  const digit = Math.floor(Number.parseInt(digits[whole] ?? '0', 16) / free) * free;
  const rest = 31 - whole;
  return {
    family: 6,
    first: kept + digit.toString(16) + '0'.repeat(rest),
    last: kept + (digit + free - 1).toString(16) + 'f'.repeat(rest),
  };
}
