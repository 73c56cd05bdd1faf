// One endpoint of the Cloudflare API: who may, and what answers. Unlike the control API's operations these take bodies
// of any content type, as wrangler sends JSON as text/plain and merge-patch too, and query parameters that they do
// not know, as it sends some (`excludeScript`) that change nothing here.

import { strict as assert } from 'node:assert';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Caller } from '../../model/access.ts';
import { check } from '../../model/validation-message.ts';
import type { Access } from '../access-rules.ts';
import type { ApiEnv } from '../api-env.ts';
import { parseJson } from '../body.ts';
import { type ApiApp, addressOf } from '../operation.ts';
import { Turns } from './in-turn.ts';

/** Before all paths. */
export const BASE = '/client/v4';

export interface Endpoint {
  readonly name: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As the router writes it, without `/client/v4`: `/accounts/:account/workers/subdomain`. */
  readonly path: string;
  readonly access: Access;
}

export interface CloudflareCall {
  readonly by: Caller;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
  readonly requestId: string;
  readonly path: string;
  param(name: string): string;
  header(name: string): string | undefined;
  /** The body by its schema, whatever its content type; an empty one is `{}`. */
  json<S extends z.ZodType>(schema: S): z.output<S>;
  bytes(): Uint8Array;
}

export function addEndpoint(
  app: ApiApp,
  { name, method, path, access }: Endpoint,
  handle: (call: CloudflareCall, c: Context<ApiEnv>) => Promise<Response> | Response,
): void {
  const full = BASE + path;
  app.rules.add(method, full, { operation: `cloudflare.${name}`, access });
  // What only looks waits for nobody.
  const changes = access !== 'read' && path.includes(':script');
  app.on(method, full, (c) => {
    const call = callOf(c);
    if (!changes) return handle(call, c);
    return turnsOf(app).run(`${call.param('account')}/${call.param('script')}`, () => handle(call, c));
  });
}

/** Of each API its own. */
const turns = new WeakMap<ApiApp, Turns>();

function turnsOf(app: ApiApp): Turns {
  const known = turns.get(app) ?? new Turns();
  turns.set(app, known);
  return known;
}

function callOf(c: Context<ApiEnv>): CloudflareCall {
  return {
    get by() {
      const actor = c.get('actor');
      assert(actor, 'no endpoint is open, so that somebody has been let in');
      return { actor, requestId: c.get('requestId'), address: addressOf(c) };
    },
    query: new URL(c.req.url).searchParams,
    signal: c.req.raw.signal,
    requestId: c.get('requestId'),
    path: c.req.path,
    param: (name) => c.req.param(name) ?? '',
    header: (name) => c.req.header(name),
    json: (schema) => check(schema, parseJson(c.get('bodyBytes')) ?? {}, 'body'),
    bytes: () => c.get('bodyBytes'),
  };
}
