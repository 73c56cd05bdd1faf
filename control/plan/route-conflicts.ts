// Routes that would take the same requests. Which of the two is met would be chance, so the second is refused when it is
// set; one that is more specific than another, by its host, its path or by naming methods, is none.

import { compileRoute } from './compile-routes.ts';

interface Pattern {
  readonly pattern: string;
  readonly methods?: readonly string[] | undefined;
}

/** Two are alike when they differ in nothing but the names of their parts. */
export function routeShape({ pattern }: Pattern): string {
  const { host, path } = compileRoute('', { pattern });
  return `${host ?? '*'}${path.replace(/\/:[A-Za-z_][A-Za-z0-9_]*(?=\/|$)/g, '/:')}`;
}

/** Of routes with one shape. */
export function sharesMethods({ methods: a }: Pattern, { methods: b }: Pattern): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.some((method) => b.includes(method));
}

/** The first of `routes` that takes what an earlier one takes, and that one. */
export function repeatedRoute<Route extends Pattern>(routes: readonly Route[]): [Route, Route] | undefined {
  const known = new Map<string, Route[]>();
  for (const route of routes) {
    const shape = routeShape(route);
    const alike = known.get(shape) ?? [];
    const earlier = alike.find((one) => sharesMethods(one, route));
    if (earlier) return [route, earlier];
    known.set(shape, [...alike, route]);
  }
  return undefined;
}
