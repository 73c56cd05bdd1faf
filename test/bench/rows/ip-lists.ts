// What an address costs that is looked up among ten thousand networks, as `rules.ip` does it, beside Node's own list.
// A front has no such list of Node's, so that the comparison tells only whether ours is a bad one.

import { BlockList } from 'node:net';
import { compileIp } from '../../../control/plan/rules/compile-ip.ts';
import { judgeOf } from '../../../edge/rules/ip/judge-address.ts';
import { type BenchOptions, type Row, round } from '../row.ts';
import { median } from '../statistics.ts';

const networks = 10_000;
const calls = 100_000;
const reachUs = 2;

const v4 = Array.from({ length: networks }, (_, n) => `10.${n >> 7}.${(n & 127) * 2}.0/24`);
const v6 = Array.from({ length: networks }, (_, n) => `2001:db8:${(n * 2).toString(16)}::/48`);
const askedV4 = Array.from({ length: 1000 }, (_, n) => `10.${n % 79}.${n % 255}.${n % 200}`);
const askedV6 = Array.from(
  { length: 1000 },
  (_, n) => `2001:db8:${(n * 20).toString(16)}::${n.toString(16)}`,
);

function nodesList(): (ip: string) => boolean {
  const list = new BlockList();
  for (const network of v4) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), 'ipv4');
  }
  return (ip) => list.check(ip, 'ipv4');
}

/** Microseconds of one call. */
function measure(asked: readonly string[], look: (ip: string) => unknown, times: number): number {
  const begun = performance.now();
  for (let n = 0; n < times; n += 1) look(asked[n % asked.length] as string);
  return ((performance.now() - begun) * 1000) / times;
}

export async function ipListsRow({ rounds, say }: BenchOptions): Promise<Row> {
  const [ofV4, ofV6, node] = [
    judgeOf(compileIp({ deny: v4 })),
    judgeOf(compileIp({ deny: v6 })),
    nodesList(),
  ];
  const sides: readonly (readonly [name: string, run: () => number])[] = [
    ['v4', () => measure(askedV4, ofV4, calls)],
    ['v6', () => measure(askedV6, ofV6, calls)],
    ['node', () => measure(askedV4, node, 1000)],
  ];
  for (const [, run] of sides) run();
  const raw: Record<string, number>[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const order = n % 2 === 0 ? sides : sides.toReversed();
    const measured = Object.fromEntries(order.map(([name, run]) => [`${name}Us`, round(run(), 3)]));
    raw.push(measured);
    say(`  round ${n + 1}: ${JSON.stringify(measured)}`);
  }
  const of = (name: string): number => round(median(raw.map((values) => values[`${name}Us`] ?? 0)), 2);
  return {
    figure: `an address among ${networks} networks`,
    reach: `<= ${reachUs} us`,
    measured: `IPv4 ${of('v4')} us, IPv6 ${of('v6')} us (Node's BlockList, IPv4: ${of('node')})`,
    reached: Math.max(of('v4'), of('v6')) <= reachUs,
    rounds: raw,
  };
}
