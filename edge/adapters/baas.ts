// Convention `baas`: `export default async function handler(request, context)`, with the body parsed and helpers
// on the context, and an exported `config` that says which variables are required.

import { type Adapted, type Env, type Exports, HandlerFault } from './adapter.ts';
import { BaasAnswer, createBaasContext } from './baas-context.ts';
import { findHandler, memberOf, missingHandler } from './find-handler.ts';
import { type Query, readPayload, toObject } from './read-payload.ts';
import { toResponse } from './to-response.ts';

/** The handler's first argument. */
export interface BaasRequest {
  /** An empty object for a request without a body, so that it can be taken apart. */
  readonly body: unknown;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Query;
}

export function adaptBaas(exports: Exports, name: string): Adapted {
  const handler = findHandler(exports, name);
  if (!handler) return { fetch: undefined, problem: missingHandler(exports, name, 'baas') };
  const required = requiredVariables(exports);
  return {
    fetch: async (request, env, ctx, invocation) => {
      checkVariables(required, env);
      const url = new URL(request.url);
      const payload = await readPayload(request, url);
      const input: BaasRequest = {
        body: payload.hasBody ? payload.value : {},
        method: request.method,
        url: request.url,
        path: url.pathname,
        headers: Object.fromEntries(request.headers),
        query: toObject(url.searchParams),
      };
      const result = await handler(input, createBaasContext(env, ctx, invocation));
      return result instanceof BaasAnswer ? result.toResponse() : toResponse(result);
    },
  };
}

function requiredVariables(exports: Exports): readonly string[] {
  const config = exports.config ?? memberOf(exports.default, 'config');
  const names = memberOf(config, 'env_required');
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

function checkVariables(required: readonly string[], env: Env): void {
  const missing = required.filter((name) => env[name] === undefined || env[name] === '');
  if (missing.length === 0) return;
  throw new HandlerFault(
    `The function's config requires the environment ${missing.length === 1 ? 'variable' : 'variables'} ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not set. Set ${missing.length === 1 ? 'it' : 'them'} in the function's environment, or remove ${missing.length === 1 ? 'it' : 'them'} from config.env_required.`,
  );
}
