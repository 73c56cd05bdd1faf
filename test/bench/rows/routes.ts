// What finding a route costs among ten thousand: our tree beside the routers of hono and a list of URLPattern, each with
// the same patterns and the same paths, in one process and in an order that alternates.

import { RegExpRouter } from 'hono/router/reg-exp-router';
import { TrieRouter } from 'hono/router/trie-router';
import type { RouteEntry } from '../../../edge/contract/routing-table.ts';
import { matchRoute, RoutesByHost } from '../../../edge/route/match-route.ts';
import { type BenchOptions, type Row, round } from '../row.ts';
import { median } from '../statistics.ts';

const routeCount = 10_000;
const reachUs = 5;

const kinds = [
  (n: number): [string, string] => [`/shop${n}/items/:id`, `/shop${n}/items/42`],
  (n: number): [string, string] => [`/api/v1/resource${n}`, `/api/v1/resource${n}`],
  (n: number): [string, string] => [`/team${n}/:user/posts/:post`, `/team${n}/joe/posts/7`],
  (n: number): [string, string] => [`/static${n}/*`, `/static${n}/css/a.css`],
];
const all = Array.from({ length: routeCount }, (_, n) => (kinds[n % kinds.length] as (typeof kinds)[0])(n));
const paths = Array.from({ length: 1000 }, (_, n) => String(all[(n * 9973) % routeCount]?.[1]));

interface Side {
  readonly name: string;
  /** Fewer where one takes long. */
  readonly calls: number;
  readonly find: (path: string) => unknown;
}

function makeSides(): Side[] {
  const routes = all.map(
    ([path], n): RouteEntry => ({ function: `fn_${n}`, host: null, path, methods: null }),
  );
  const trees = new RoutesByHost(routes).of('any');
  const [regExp, trie] = [new RegExpRouter<string>(), new TrieRouter<string>()];
  for (const [path] of all) for (const router of [regExp, trie]) router.add('GET', path, path);
  const patterns = all.map(([pathname]) => new URLPattern({ pathname }));
  return [
    { name: 'tree', calls: 200_000, find: (path) => matchRoute(trees, 'GET', path) },
    { name: 'honoTrie', calls: 100_000, find: (path) => trie.match('GET', path) },
    { name: 'honoRegExp', calls: 5_000, find: (path) => regExp.match('GET', path) },
    { name: 'urlPattern', calls: 20, find: (pathname) => patterns.find((one) => one.test({ pathname })) },
  ];
}

/** Microseconds of one call. */
function measure({ calls, find }: Side): number {
  const begun = performance.now();
  for (let n = 0; n < calls; n += 1) find(paths[n % paths.length] as string);
  return ((performance.now() - begun) * 1000) / calls;
}

export async function routesRow({ rounds, say }: BenchOptions): Promise<Row> {
  const sides = makeSides();
  for (const side of sides) measure(side);
  const raw: Record<string, number>[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const order = n % 2 === 0 ? sides : sides.toReversed();
    const measured = Object.fromEntries(order.map((side) => [`${side.name}Us`, round(measure(side), 3)]));
    raw.push(measured);
    say(`  round ${n + 1}: ${JSON.stringify(measured)}`);
  }
  const of = (name: string): number => round(median(raw.map((values) => values[`${name}Us`] ?? 0)), 2);
  const others = `hono's TrieRouter ${of('honoTrie')}, its RegExpRouter ${of('honoRegExp')}, URLPatterns ${of('urlPattern')}`;
  return {
    figure: `finding a route among ${routeCount}`,
    reach: `<= ${reachUs} us`,
    measured: `${of('tree')} us (${others})`,
    reached: of('tree') <= reachUs,
    rounds: raw,
  };
}
