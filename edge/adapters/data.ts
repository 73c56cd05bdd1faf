// Convention `data`: `exports.handler = async (data, context)`, where `data` is the body or, without one, the
// query.

import type { Adapted, Exports } from './adapter.ts';
import { findHandler, missingHandler } from './find-handler.ts';
import { type Query, readPayload, toObject } from './read-payload.ts';
import { returnedValue, toResponse } from './to-response.ts';

/** The handler's second argument. */
export interface DataContext {
  readonly data: unknown;
  readonly method: string;
  /** As the client saw it, the mount included: `/p/shop/functions/cart`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly requestId: string;
  readonly functionName: string;
  readonly projectId: string;
}

export function adaptData(exports: Exports, name: string): Adapted {
  const handler = findHandler(exports, name);
  if (!handler) return { fetch: undefined, problem: missingHandler(exports, name, 'data') };
  return {
    fetch: async (request, env, _ctx, invocation) => {
      const url = new URL(request.url);
      const { value: data } = await readPayload(request, url);
      const context: DataContext = {
        data,
        method: request.method,
        path: clientPath(invocation.mount, url.pathname),
        headers: Object.fromEntries(request.headers),
        query: toObject(url.searchParams),
        requestId: invocation.id,
        functionName: invocation.info.name,
        projectId: invocation.info.project,
      };
      // Not enumerable: a handler that answers with its context must not answer with its secrets.
      Object.defineProperty(context, 'env', { value: env, enumerable: false });
      const result = await handler(data, context);
      return invocation.asReturned ? returnedValue(result) : toResponse(result);
    },
  };
}

/** A call of the mount itself has the path "/" below it, which the client did not write. */
const clientPath = (mount: string, path: string): string =>
  mount !== '' && path === '/' ? mount : mount + path;
