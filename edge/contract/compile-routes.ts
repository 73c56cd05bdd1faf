// Routes as users write them become the table's entries. Control does it for its fronts, and a router without a
// control by itself.

import { normalizePath } from './normalize-path.ts';
import type { RouteEntry } from './routing-table.ts';
import type { RulesEntry } from './rules.ts';

export interface Route {
  /** `api.example.com/users/*`, `/users/:id` */
  readonly pattern: string;
  readonly methods?: readonly string[] | undefined;
  readonly rules?: RulesEntry | undefined;
}

export interface FunctionRoutes {
  readonly id: string;
  readonly routes: readonly Route[];
}

/** In an order that depends on nothing else: of two that are alike, the first is met. */
export function compileRoutes(functions: readonly FunctionRoutes[]): RouteEntry[] {
  return functions
    .flatMap(({ id, routes }) => routes.map((route) => compileRoute(id, route)))
    .sort(
      (a, b) =>
        compare(a.host ?? '~', b.host ?? '~') || compare(a.path, b.path) || compare(a.function, b.function),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** `api.example.com/users/*` → host `api.example.com`, path `/users/*`. */
export function compileRoute(id: string, { pattern, methods, rules }: Route): RouteEntry {
  const slash = pattern.indexOf('/');
  const host = pattern.slice(0, slash).replace(/:\d+$/, '');
  return {
    function: id,
    host: host === '' || host === '*' ? null : host,
    path: normalizePath(pattern.slice(slash)),
    methods: methods ? [...methods] : null,
    ...(rules && { rules }),
  };
}
