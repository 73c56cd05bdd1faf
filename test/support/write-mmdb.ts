// Writes a small database in MaxMind's format, as the tests of what reads such need one that says what they expect.
// IPv6 only, in which an IPv4 address is one with 96 zeros before it, as the format has it.

import { type AddressRange, readAddress } from '../../edge/contract/ip-address.ts';

export interface MmdbRow {
  /** `192.0.2.0/24`, `2001:db8::/32` */
  readonly network: string;
  readonly record: object;
}

export interface MmdbOptions {
  readonly type?: string;
  /** Seconds since the epoch. */
  readonly built?: number;
}

type Node = [Leaf, Leaf];
type Leaf = Node | { readonly row: number } | undefined;

export function writeMmdb(
  rows: readonly MmdbRow[],
  { type = 'Test-City', built = 1_790_000_000 }: MmdbOptions = {},
): Buffer {
  const root: Node = [undefined, undefined];
  for (const [row, { network }] of rows.entries()) insert(root, bitsOf(network), { row });
  const nodes = nodesOf(root);
  const data: Buffer[] = [];
  const offsets: number[] = [];
  for (const { record } of rows) {
    offsets.push(data.reduce((sum, { length }) => sum + length, 0));
    data.push(encode(record));
  }
  const tree = Buffer.alloc(nodes.length * 8);
  for (const [at, node] of nodes.entries())
    for (const [side, leaf] of node.entries()) {
      const value =
        leaf === undefined
          ? nodes.length
          : 'row' in leaf
            ? nodes.length + 16 + (offsets[leaf.row] as number)
            : nodes.indexOf(leaf);
      tree.writeUInt32BE(value, at * 8 + side * 4);
    }
  const head = {
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: built },
    ...{ database_type: type, description: {}, ip_version: 6, languages: [], node_count: nodes.length },
    record_size: 32,
  };
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    encode(head),
  ]);
}

function bitsOf(network: string): number[] {
  const [host = '', prefix] = network.split('/');
  const address = readAddress(host) as Exclude<ReturnType<typeof readAddress>, undefined>;
  const v4: AddressRange['family'] = 4;
  const digits = address.family === v4 ? address.value.toString(16).padStart(32, '0') : address.value;
  const length = address.family === v4 ? 96 + Number(prefix ?? 32) : Number(prefix ?? 128);
  return Array.from(
    { length },
    (_, bit) => (Number.parseInt(digits[bit >> 2] as string, 16) >> (3 - (bit & 3))) & 1,
  );
}

function insert(root: Node, bits: readonly number[], leaf: { readonly row: number }): void {
  let node = root;
  for (const bit of bits.slice(0, -1)) {
    const next = node[bit];
    const child: Node = Array.isArray(next) ? next : [next, next];
    node[bit] = child;
    node = child;
  }
  node[bits.at(-1) as number] = leaf;
}

function nodesOf(root: Node): Node[] {
  const nodes = [root];
  for (const node of nodes) for (const leaf of node) if (Array.isArray(leaf)) nodes.push(leaf);
  return nodes;
}

const TYPE = { string: 2, double: 3, uint32: 6, map: 7, array: 11 } as const;

function encode(value: unknown): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(TYPE.string, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(TYPE.uint32, 4), bytes]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([control(TYPE.double, 8), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(TYPE.array, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as object);
  return Buffer.concat([control(TYPE.map, entries.length), ...entries.flatMap((pair) => pair.map(encode))]);
}

/** The sizes here are below 285, which the format writes in one byte more than those below 29. */
function control(type: number, size: number): Buffer {
  const low = Math.min(size, 29);
  const head = type > 7 ? [low, type - 7] : [(type << 5) | low];
  return Buffer.from(size < 29 ? head : [...head, size - 29]);
}
