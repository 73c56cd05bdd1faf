// Ranges of addresses with the autonomous system that they belong to, in memory: numbers in arrays, and names where
// they are in the file, as 400,000 objects would take ten times the room. An address is one number: all of IPv4, and of
// IPv6 the first 48 bits, as nobody routes less.

import type { Address } from '../../edge/contract/ip-address.ts';
import type { Finding } from './database.ts';

const COMMA = 0x2c;
const NEWLINE = 0x0a;
const ZERO = 0x30;
/** Of an IPv6 address, behind the bits that count. */
const RESTING_BITS = 80n;
/** Of an IPv4 address, in its block. */
const BLOCK = 2 ** 8;

export class NetworkTable {
  readonly #file: Buffer;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #asn: Uint32Array;
  /** Where in the file the name begins. */
  readonly #nameAt: Uint32Array;

  /** @throws {Error} naming the line that is none of this format, or is not sorted by its first address. */
  constructor(file: Buffer, family: 4 | 6, path: string) {
    this.#file = file;
    const lines = countLines(file);
    this.#first = new Float64Array(lines);
    this.#last = new Float64Array(lines);
    this.#asn = new Uint32Array(lines);
    this.#nameAt = new Uint32Array(lines);
    const read = family === 4 ? readNumber : readPrefix;
    let [written, before] = [0, -1];
    for (let line = 0, at = 0; line < lines; line++) {
      const end = indexOr(file.indexOf(NEWLINE, at), file.length);
      const one = file.indexOf(COMMA, at);
      const two = file.indexOf(COMMA, one + 1);
      const three = file.indexOf(COMMA, two + 1);
      const first = read(file, at, one);
      const last = read(file, one + 1, two);
      const asn = readNumber(file, two + 1, three);
      if (!(three > two && three < end && first >= written && last >= first && asn >= 0))
        throw new Error(`Line ${line + 1} of ${path} is not "first,last,number,name", in order.`);
      written = first;
      // What two lines claim is the first one's; a line of which nothing is left holds no address.
      this.#first[line] = Math.max(first, before + 1);
      before = Math.max(last, before);
      this.#last[line] = before;
      this.#asn[line] = asn;
      this.#nameAt[line] = three + 1;
      at = end + 1;
    }
  }

  find(address: Address): Finding {
    const value = address.family === 4 ? address.value : Number.parseInt(address.value.slice(0, 12), 16);
    const size = address.family === 4 ? BLOCK : 1;
    const from = Math.floor(value / size) * size;
    const line = this.#lineOf(value);
    const last = line < 0 ? -1 : (this.#last[line] as number);
    const here = value <= last;
    const start = here ? (this.#first[line] as number) : last + 1;
    const end = here ? last : (this.#first[line + 1] ?? Number.POSITIVE_INFINITY) - 1;
    return { record: here ? this.#record(line) : undefined, block: start <= from && from + size - 1 <= end };
  }

  /** Of the last line that begins at or before the address; -1 for none. */
  #lineOf(value: number): number {
    let low = 0;
    let high = this.#first.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#first[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #record(line: number): object {
    const from = this.#nameAt[line] as number;
    const end = indexOr(this.#file.indexOf(NEWLINE, from), this.#file.length);
    const written = this.#file.toString('utf8', from, end).trim();
    const name = /^".*"$/.test(written) ? written.slice(1, -1).replaceAll('""', '"') : written;
    return { autonomous_system_number: this.#asn[line], autonomous_system_organization: name };
  }
}

const indexOr = (index: number, otherwise: number): number => (index === -1 ? otherwise : index);

function countLines(file: Buffer): number {
  let lines = 0;
  for (let at = file.indexOf(NEWLINE); at !== -1; at = file.indexOf(NEWLINE, at + 1)) lines++;
  return file.length > 0 && file.at(-1) !== NEWLINE ? lines + 1 : lines;
}

/** Not a number when it is none of at most 10 digits. */
function readNumber(file: Buffer, from: number, to: number): number {
  if (to <= from || to - from > 10) return Number.NaN;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (file[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Of a number with up to 39 digits. */
function readPrefix(file: Buffer, from: number, to: number): number {
  const text = file.toString('latin1', from, to);
  return /^\d{1,39}$/.test(text) ? Number(BigInt(text) >> RESTING_BITS) : Number.NaN;
}
