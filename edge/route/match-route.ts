// Matches a request against routes. Control has put them in order, the most specific first, so the first that
// fits wins and the edge never compares two.

import type { RouteEntry } from '../contract/routing-table.ts';

/** Routes that requests to `host` can meet, in the table's order. */
export function routesOfHost(routes: readonly RouteEntry[], host: string): readonly RouteEntry[] {
  return routes.filter((route) => hostFits(route.host, host));
}

/** The first of `routes` that takes the path and the method; hosts are not looked at. */
export function matchRoute(
  routes: readonly RouteEntry[],
  method: string,
  path: string,
): RouteEntry | undefined {
  for (const route of routes) {
    if (pathFits(route, path) && (route.methods === null || route.methods.includes(method))) return route;
  }
  return undefined;
}

function hostFits(pattern: string | null, host: string): boolean {
  if (pattern === null) return true;
  // `*.example.com` takes every host below example.com, at any depth, and not example.com itself.
  return pattern.startsWith('*.')
    ? host.length > pattern.length - 1 && host.endsWith(pattern.slice(1))
    : host === pattern;
}

function pathFits(route: RouteEntry, path: string): boolean {
  if (route.exact) return path === route.path;
  // `/users/*` also takes `/users`, which is how people ask for the list.
  return path.startsWith(route.path) || (path.length + 1 === route.path.length && route.path === `${path}/`);
}
