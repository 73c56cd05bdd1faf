// Matches a request against the routes of all hosts: exact hosts before wildcards, the longer before the shorter, and
// before what takes any host.

import { normalizePath, pathDecoded } from '../contract/normalize-path.ts';
import type { RouteEntry } from '../contract/routing-table.ts';
import type { RulesEntry } from '../contract/rules.ts';
import { type MatchedRoute, RouteTree } from './route-tree.ts';

export class RoutesByHost {
  readonly #exact = new Map<string, RouteTree>();
  /** Longest first. */
  readonly #wildcards: { readonly suffix: string; readonly tree: RouteTree }[] = [];
  readonly #any: RouteTree | undefined;

  constructor(routes: readonly RouteEntry[]) {
    for (const [host, list] of Map.groupBy(routes, (route) => route.host)) {
      const tree = new RouteTree(list);
      if (host === null) this.#any = tree;
      // `*.example.com` takes every host below example.com, at any depth, and not example.com itself.
      else if (host.startsWith('*.')) this.#wildcards.push({ suffix: host.slice(1), tree });
      else this.#exact.set(host, tree);
    }
    this.#wildcards.sort((a, b) => b.suffix.length - a.suffix.length);
  }

  /** Those that requests to `host` can meet, in the order in which they are tried. */
  of(host: string): readonly RouteTree[] {
    const exact = this.#exact.get(host);
    const below = this.#wildcards.filter(
      ({ suffix }) => host.length > suffix.length && host.endsWith(suffix),
    );
    return [...(exact ? [exact] : []), ...below.map(({ tree }) => tree), ...(this.#any ? [this.#any] : [])];
  }
}

/** The route could be one thing to us and another to the handler. */
export class AmbiguousPath extends Error {
  override readonly name = 'AmbiguousPath';
}

/**
 * The most specific route that takes the path and the method. `otherwise` are the rules of what is met without one.
 *
 * @throws {AmbiguousPath} when an encoded slash in the path, if it were one, would lead to other rules.
 */
export function matchRoute(
  trees: readonly RouteTree[],
  method: string,
  path: string,
  otherwise?: RulesEntry,
): MatchedRoute | undefined {
  const met = firstOf(trees, method, normalizePath(path));
  const decoded = pathDecoded(path);
  if (decoded !== undefined) {
    const other = firstOf(trees, method, decoded);
    const rules = other ? other.route.rules : otherwise;
    if (rules && !alike(rules, met ? met.route.rules : otherwise)) throw new AmbiguousPath();
  }
  return met;
}

/** Rules of a route hold those of its function, so that two may be alike and not the same. */
const alike = (a: RulesEntry, b: RulesEntry | undefined): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b);

const COMMON_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Methods with which the path would lead somewhere, for whoever came with another. */
export function methodsTaken(trees: readonly RouteTree[], path: string): string[] {
  const normal = normalizePath(path);
  return COMMON_METHODS.filter((method) => firstOf(trees, method, normal) !== undefined);
}

function firstOf(trees: readonly RouteTree[], method: string, path: string): MatchedRoute | undefined {
  for (const tree of trees) {
    const met = tree.find(method, path);
    if (met) return met;
  }
  return undefined;
}
