// Stands before a function that has static assets, in its own process: an asset is answered here, without the
// function's isolate, and everything else goes on to it. What is an asset, and how it is answered, is decided by the
// code that Cloudflare runs for this; ours is what it finds assets with, and what the platform's own headers ask for.
//
//   probe? -> the function
//   request -> the router worker -> asset worker | the function -> response

import { RouterInnerEntrypoint } from 'router-worker';
import { AssetIndex, ServedAssets } from './assets/served-assets.ts';
import {
  CONSOLE_MARK,
  INVOKE_HEADER,
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

/** Remembers whether it was asked, and leaves nothing of the platform's in what it answers. */
class CalledFunction {
  called = false;
  readonly #fetcher: Fetcher | undefined;

  constructor(fetcher: Fetcher | undefined) {
    this.#fetcher = fetcher;
  }

  fetch(request: Request): Promise<Response> {
    this.called = true;
    if (!this.#fetcher) throw new Error('This function is its assets alone.');
    return this.#fetcher.fetch(request);
  }
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    if (request.headers.has(PROBE_HEADER))
      return env.USER ? env.USER.fetch(request) : new Response(null, { status: 204 });
    const user = new CalledFunction(env.USER);
    const router = new RouterInnerEntrypoint(ctx, {
      ASSET_WORKER: assetsOf(env, ctx),
      USER_WORKER: user,
      CONFIG: env.CONFIG.router,
    });
    const response = await router.fetch(request);
    return user.called ? response : answered(request, response);
  },
} satisfies ExportedHandler<AssetsEnv>;

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
