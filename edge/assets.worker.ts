// Stands before a function that has static assets, in its own process: an asset is answered here, without the
// function's isolate, and everything else goes on to it. What is an asset, and how it is answered, is decided by the
// code that Cloudflare runs for this; ours is what it finds assets with, and what the platform's own headers ask for.
//
//   probe, schedule, method -> the function
//   request -> the router worker -> asset worker | the function -> response

import { RouterInnerEntrypoint } from 'router-worker';
import { AssetIndex, ServedAssets } from './assets/served-assets.ts';
import type { BoundWay, GatewayCall } from './contract/grant.ts';
import {
  BOUND_HEADER,
  CONSOLE_MARK,
  GATEWAY_METHOD,
  INVOKE_HEADER,
  INVOKE_SCHEDULED,
  MOUNT_HEADER,
  OUTCOME_HEADER,
  PROBE_HEADER,
  REQUEST_ID_HEADER,
  STATUS_THREW,
} from './contract/names.ts';
import type { AssetsEnv } from './env.ts';

let index: AssetIndex | undefined;

const assetsOf = (env: AssetsEnv, ctx: ExecutionContext): ServedAssets => {
  index ??= new AssetIndex(env.MANIFEST);
  return new ServedAssets(ctx, env, index);
};

/** Remembers whether it was asked. It gets each request as it came. */
class CalledFunction {
  called = false;
  readonly #fetcher: Fetcher | undefined;
  readonly #request: Request;

  constructor(fetcher: Fetcher | undefined, request: Request) {
    this.#fetcher = fetcher;
    this.#request = request;
  }

  fetch(): Promise<Response> {
    this.called = true;
    if (!this.#fetcher) throw new Error('This function is its assets alone.');
    return this.#fetcher.fetch(this.#request);
  }
}

type Methods = Record<string, (call: GatewayCall) => Promise<unknown>>;

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const asked = askedOf(request);
    if (!asked) return env.USER ? env.USER.fetch(request) : new Response(null, { status: 204 });
    const user = new CalledFunction(env.USER, request);
    const router = new RouterInnerEntrypoint(ctx, {
      ASSET_WORKER: assetsOf(env, ctx),
      USER_WORKER: user,
      CONFIG: env.CONFIG.router,
    });
    const response = await router.fetch(asked);
    return user.called ? response : answered(request, response);
  },

  /** A method that another function calls is the function's own. */
  [GATEWAY_METHOD](call: GatewayCall, env: AssetsEnv): Promise<unknown> {
    const method = (env.USER as unknown as Methods | undefined)?.[GATEWAY_METHOD];
    if (!method) throw new TypeError('This function is its assets alone, and has no methods.');
    return method(call);
  },
} satisfies ExportedHandler<AssetsEnv> & { [GATEWAY_METHOD]: unknown };

/** What is asked for; undefined for what no asset can be the answer to. */
function askedOf(request: Request): Request | undefined {
  const { headers, method } = request;
  if (headers.has(PROBE_HEADER) || headers.get(INVOKE_HEADER) === INVOKE_SCHEDULED) return undefined;
  const bound = headers.get(BOUND_HEADER);
  if (bound === null) return request;
  // Of another function, by a binding: its URL is in the header.
  const { url, entrypoint } = JSON.parse(bound) as BoundWay;
  return entrypoint === null ? new Request(url, { method, headers }) : undefined;
}

/** What the function itself calls as `env.ASSETS.fetch()`. */
export const binding: ExportedHandler<AssetsEnv> = {
  fetch: (request, env, ctx) => assetsOf(env, ctx).fetch(request as Request),
};

/** An asset's response, as the platform wants it of an instance. */
function answered(request: Request, response: Response): Response {
  const id = request.headers.get(REQUEST_ID_HEADER);
  // Who invoked it waits for the line that a harness writes when it is done. It is not counted among the harness's.
  if (request.headers.has(INVOKE_HEADER) && id !== null)
    console.log(CONSOLE_MARK + JSON.stringify({ k: 'end', n: -1, t: Date.now(), r: id }));
  const mount = request.headers.get(MOUNT_HEADER);
  const location = mount === null ? null : response.headers.get('location');
  const moved = location?.startsWith('/') === true;
  if (!moved && response.status !== STATUS_THREW) return response;
  const changed = new Response(response.body, response);
  if (moved) changed.headers.set('location', `${mount}${location}`);
  // Without it a front takes a 500 for one that workerd made.
  if (response.status === STATUS_THREW) changed.headers.set(OUTCOME_HEADER, 'answered');
  return changed;
}
