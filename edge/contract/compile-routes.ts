// Routes as users write them become the table's entries, the most specific first, so that the edge only
// walks down and takes the first that fits. Control does it for its fronts, and a router without a control by itself.

import type { RouteEntry } from './routing-table.ts';
import type { RulesEntry } from './rules.ts';

export interface Route {
  /** `api.example.com/users/*` */
  readonly pattern: string;
  readonly methods?: readonly string[] | undefined;
  readonly rules?: RulesEntry | undefined;
}

export interface FunctionRoutes {
  readonly id: string;
  readonly routes: readonly Route[];
}

/** Exact hosts before wildcards before any host; exact paths before prefixes; longer before shorter; then by id. */
export function compileRoutes(functions: readonly FunctionRoutes[]): RouteEntry[] {
  return functions
    .flatMap(({ id, routes }) => routes.map((route) => compileRoute(id, route)))
    .sort(
      (a, b) =>
        hostRank(a) - hostRank(b) ||
        (b.host?.length ?? 0) - (a.host?.length ?? 0) ||
        Number(b.exact) - Number(a.exact) ||
        b.path.length - a.path.length ||
        Number(a.methods === null) - Number(b.methods === null) ||
        (a.function < b.function ? -1 : 1),
    );
}

function hostRank({ host }: RouteEntry): number {
  if (host === null) return 2;
  return host.startsWith('*') ? 1 : 0;
}

/** `api.example.com/users/*` → host `api.example.com`, path prefix `/users/`. */
export function compileRoute(id: string, { pattern, methods, rules }: Route): RouteEntry {
  const slash = pattern.indexOf('/');
  const host = pattern.slice(0, slash).replace(/:\d+$/, '');
  const path = pattern.slice(slash);
  const exact = !path.endsWith('*');
  return {
    function: id,
    host: host === '' || host === '*' ? null : host,
    path: exact ? path : path.slice(0, -1),
    exact,
    methods: methods ? [...methods] : null,
    ...(rules && { rules }),
  };
}
