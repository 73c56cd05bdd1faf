// Convention `fetch`: a function from Request to Response, or one for each method (GET, POST, ...).

import type { Adapted, AnyFunction, Env, ExecutionContextLike, Exports, Invocation } from './adapter.ts';
import { asResponse } from './as-response.ts';
import { findHandler, isFunction, memberOf, missingHandler } from './find-handler.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** The second argument of the handler. */
export interface FetchContext {
  readonly env: Env;
  /** Empty: a function is mounted at a path, and matches none by itself. */
  readonly params: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly functionName: string;
  readonly projectId: string;
  waitUntil(promise: Promise<unknown>): void;
}

export function adaptFetch(exports: Exports, name: string): Adapted {
  const handler = findHandler(exports, name) ?? defaultFetch(exports);
  if (handler)
    return {
      fetch: (request, env, ctx, invocation) => handler(request, contextOf(env, ctx, invocation)),
    };
  const methods = methodsOf(exports);
  if (methods.size === 0) return { fetch: undefined, problem: missingHandler(exports, name, 'fetch') };
  return {
    fetch: async (request, env, ctx, invocation) => {
      const method = methods.get(request.method);
      if (method) return method(request, contextOf(env, ctx, invocation));
      const get = methods.get('GET');
      if (request.method === 'HEAD' && get) {
        const response = asResponse(await get(request, contextOf(env, ctx, invocation)));
        await response.body?.cancel();
        return new Response(null, response);
      }
      return refuse(request.method, methods);
    },
  };
}

function defaultFetch(exports: Exports): AnyFunction | undefined {
  const fetch = memberOf(exports.default, 'fetch');
  return isFunction(fetch) ? fetch.bind(exports.default) : undefined;
}

function methodsOf(exports: Exports): Map<string, AnyFunction> {
  const methods = new Map<string, AnyFunction>();
  for (const method of METHODS) {
    const found = exports[method] ?? memberOf(exports.default, method);
    if (isFunction(found)) methods.set(method, found);
  }
  return methods;
}

/** What a resource without its own OPTIONS says is which methods there are. */
function refuse(method: string, methods: ReadonlyMap<string, AnyFunction>): Response {
  const allowed = new Set([...methods.keys(), ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS']);
  const headers = { allow: [...allowed].join(', ') };
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers });
  return Response.json({ error: `Method ${method} is not allowed.` }, { status: 405, headers });
}

const contextOf = (env: Env, ctx: ExecutionContextLike, invocation: Invocation): FetchContext => ({
  env,
  params: {},
  requestId: invocation.id,
  functionName: invocation.info.name,
  projectId: invocation.info.project,
  waitUntil: (promise) => ctx.waitUntil(promise),
});
