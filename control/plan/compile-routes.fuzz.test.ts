// Goal: of all routes that fit a request, the edge meets the most specific one, whatever order they came in.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RouteEntry } from '../../edge/contract/routing-table.ts';
import { matchRoute, RoutesByHost } from '../../edge/route/match-route.ts';
import { compileRoute, compileRoutes } from './compile-routes.ts';

// The same cases in every run, so that a test fails for a change and not for a day.
fc.configureGlobal({ seed: 20261121 });

const route = fc
  .record({
    host: fc.constantFrom('', '*', 'a.test', '*.a.test', '*.b.a.test', 'a.test:8080'),
    path: fc.constantFrom('/', '/*', '/a', '/a*', '/a/*', '/a/b', '/a/b/*'),
    methods: fc.constantFrom<string[] | undefined>(undefined, ['GET'], ['POST']),
  })
  .map(({ host, path, methods }) => ({ pattern: host + path, ...(methods && { methods }) }));

const functions = fc.array(
  fc.record({ id: fc.constantFrom('fa', 'fb', 'fc'), routes: fc.array(route, { maxLength: 4 }) }),
);
const request = fc.record({
  host: fc.constantFrom('a.test', 'x.a.test', 'x.b.a.test', 'other', ''),
  path: fc.constantFrom('/', '/a', '/a/', '/a/b', '/a/b/c', '/ab', '/*'),
  method: fc.constantFrom('GET', 'POST'),
});

/** More specific is less; compared place by place. */
const rank = ({ host, path }: RouteEntry): readonly number[] => [
  host === null ? 2 : host.startsWith('*') ? 1 : 0,
  -(host?.length ?? 0),
  path.endsWith('*') ? 1 : 0,
  -path.length,
];

const isAtMost = (a: readonly number[], b: readonly number[]): boolean => {
  const differs = a.findIndex((value, at) => value !== b[at]);
  return differs < 0 || Number(a[differs]) < Number(b[differs]);
};

test('the route that is met is at least as specific as any other that fits', () => {
  fc.assert(
    fc.property(functions, request, (all, { host, path, method }) => {
      const meet = (routes: readonly RouteEntry[]): RouteEntry | undefined =>
        matchRoute(new RoutesByHost(routes).of(host), method, path)?.route;
      const met = meet(compileRoutes(all));
      const fitting = all
        .flatMap(({ id, routes }) => routes.map((one) => compileRoute(id, one)))
        .filter((one) => meet([one]) !== undefined);
      expect(met === undefined).toBe(fitting.length === 0);
      for (const one of fitting) expect(met && isAtMost(rank(met), rank(one))).toBe(true);
    }),
  );
});
