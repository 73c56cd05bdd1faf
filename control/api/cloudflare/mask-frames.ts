// wrangler sends the first frame of a tail without a mask, which RFC 6455 forbids a client and `ws` therefore refuses.
// Here such a frame gets one: a mask of zeros, which leaves its payload as it is. All other bytes pass unchanged.

/** Two bytes, a length of up to eight, and a mask. */
const headerBytesMax = 14;

export class FrameMasker {
  /** Of a frame whose header is not complete yet. */
  #header = Buffer.alloc(0);
  /** Bytes of the payload that are still to come. */
  #left = 0n;

  mask(chunk: Buffer): Buffer {
    const out: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left > 0n) {
        const take = Number(this.#left < BigInt(rest.length) ? this.#left : BigInt(rest.length));
        out.push(rest.subarray(0, take));
        rest = rest.subarray(take);
        this.#left -= BigInt(take);
        continue;
      }
      const wanted = headerBytesMax - this.#header.length;
      const before = this.#header.length;
      const seen = Buffer.concat([this.#header, rest.subarray(0, wanted)]);
      const length = headerLength(seen);
      if (length === undefined || seen.length < length) {
        this.#header = seen;
        break;
      }
      out.push(masked(seen.subarray(0, length)));
      this.#left = payloadLength(seen);
      this.#header = Buffer.alloc(0);
      rest = rest.subarray(length - before);
    }
    return Buffer.concat(out);
  }
}

const hasMask = (header: Buffer): boolean => ((header[1] ?? 0) & 0x80) !== 0;
const shortLength = (header: Buffer): number => (header[1] ?? 0) & 0x7f;

/** Undefined before it can be told. */
function headerLength(header: Buffer): number | undefined {
  if (header.length < 2) return undefined;
  const short = shortLength(header);
  const extended = short === 127 ? 8 : short === 126 ? 2 : 0;
  return 2 + extended + (hasMask(header) ? 4 : 0);
}

function payloadLength(header: Buffer): bigint {
  const short = shortLength(header);
  if (short === 127) return header.readBigUInt64BE(2);
  return BigInt(short === 126 ? header.readUInt16BE(2) : short);
}

function masked(header: Buffer): Buffer {
  if (hasMask(header)) return header;
  const own = Buffer.concat([header, Buffer.alloc(4)]);
  own[1] = (own[1] ?? 0) | 0x80;
  return own;
}
