// What the harness does to bindings that lead to functions, before the user's module sees them: a request through one
// carries the id of the request that it is part of, unless it has one of its own, and how deep in a row of functions
// it is. The bindings stay what they are otherwise.

import type { AsyncLocalStorage } from 'node:async_hooks';
import { type BoundWay, headerJson } from '../contract/grant.ts';
import { BOUND_HEADER, bindingDepthMax, DEPTH_HEADER, REQUEST_ID_HEADER } from '../contract/names.ts';
import type { RequestScope } from './request-scope.ts';

type Fetch = (input: Request | string | URL, init?: RequestInit) => Promise<Response>;

export interface BindingNames {
  /** Lead to other functions. */
  readonly bound?: readonly string[];
  /** Lead to the function's own default export. */
  readonly own?: readonly string[];
}

export function traceBindings(
  env: Record<string, unknown>,
  { bound = [], own = [] }: BindingNames,
  scopes: AsyncLocalStorage<RequestScope>,
): void {
  for (const name of [...bound, ...own]) {
    const binding = env[name] as { fetch: Fetch } | undefined;
    if (binding === undefined) continue;
    const send = binding.fetch.bind(binding);
    const value: Fetch = async (input, init) => {
      const request = new Request(input, init);
      const scope = scopes.getStore();
      const depth = (scope?.depth ?? 0) + 1;
      if (depth > bindingDepthMax) throw tooDeep(name);
      const { headers } = request;
      if (scope && !headers.has(REQUEST_ID_HEADER)) headers.set(REQUEST_ID_HEADER, scope.id);
      if (own.includes(name)) headers.set(BOUND_HEADER, headerJson(within(request.url, depth)));
      else headers.set(DEPTH_HEADER, String(depth));
      return send(request);
    };
    Object.defineProperty(binding, 'fetch', { value, configurable: true, writable: true });
  }
}

/** A call within the instance has the place of the request that makes it: with one place it would wait for itself. */
export const within = (url: string, depth: number): BoundWay => ({
  url,
  entrypoint: null,
  depth,
  inside: true,
});

const tooDeep = (name: string): Error =>
  new Error(
    `env.${name}.fetch: this request has passed ${bindingDepthMax} functions in a row, each calling the next through a binding: end the loop.`,
  );
