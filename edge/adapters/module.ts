// Convention `module`: a Workers module, a Hono app, a WorkerEntrypoint class, or service-worker syntax.

import type {
  Adapted,
  AnyFunction,
  EntrypointClass,
  Env,
  ExecutionContextLike,
  Exports,
  FetchHandler,
} from './adapter.ts';
import { notAResponse } from './as-response.ts';
import type { Listeners } from './capture-listeners.ts';
import { adaptFetch } from './fetch.ts';
import { isFunction, listExports, memberOf } from './find-handler.ts';

const EVENTS = ['scheduled', 'queue', 'email', 'tail', 'tailStream', 'trace', 'test', 'connect'] as const;

/** `name` is not looked at: a Workers module is its default export. */
export function adaptModule(exports: Exports, _name: string, listeners: Listeners): Adapted {
  const main = unwrap(exports.default);
  if (isFunction(main) && isClass(main)) {
    if (isFunction(memberOf(main.prototype, 'fetch')))
      return { fetch: undefined, entrypoint: main as unknown as EntrypointClass };
    return missing(exports, `the default export is the class ${main.name}, which has no fetch method`);
  }
  const fetch = memberOf(main, 'fetch');
  // A default export that a call made, as with middleware, may turn out to be a plain function.
  if (isFunction(main) && !isFunction(fetch)) return adaptFetch({ default: main }, 'default');
  const events = eventsOf(main);
  if (isFunction(fetch)) {
    const call: FetchHandler = (request, env, ctx) => fetch.call(main, request, env, ctx);
    return { fetch: call, events };
  }
  if (listeners.has('fetch') || listeners.has('scheduled')) return fromListeners(listeners);
  if (Object.keys(events).length > 0) return { fetch: noFetch, events };
  return missing(exports, 'no default export with a fetch function was found');
}

/** CommonJS that was transpiled from ES modules has its default export one level further down. */
const unwrap = (value: unknown): unknown => {
  const inner = memberOf(value, 'default');
  return !isFunction(memberOf(value, 'fetch')) && inner !== undefined ? inner : value;
};

const isClass = (value: AnyFunction): boolean => /^class\b/.test(Function.prototype.toString.call(value));

function eventsOf(main: unknown): Record<string, AnyFunction> {
  const events: Record<string, AnyFunction> = {};
  for (const name of EVENTS) {
    const handler = memberOf(main, name);
    if (isFunction(handler)) events[name] = handler.bind(main);
  }
  return events;
}

/** A module that only has a schedule or a queue is whole; it just has nothing to say over HTTP. */
const noFetch: FetchHandler = () => new Response('This function has no fetch handler.\n', { status: 404 });

const missing = (exports: Exports, what: string): Adapted => ({
  fetch: undefined,
  problem: `The convention "module" needs \`export default { fetch(request, env, ctx) { … } }\`, but ${what}; the module exports ${listExports(exports)}. Export one, or set "convention" to what the module is: "fetch", "event", "data" or "baas".`,
});

function fromListeners(listeners: Listeners): Adapted {
  const scheduled = listeners.get('scheduled');
  return {
    fetch: listeners.has('fetch')
      ? (request, _env, ctx) => dispatch(listeners.get('fetch') ?? [], request, ctx)
      : noFetch,
    events: scheduled
      ? {
          scheduled: async (controller: object, _env: Env, ctx: ExecutionContextLike) => {
            for (const listener of scheduled)
              await listener({
                ...controller,
                type: 'scheduled',
                waitUntil: (work: Promise<unknown>) => ctx.waitUntil(work),
              });
          },
        }
      : {},
  };
}

/** As in a service worker: the first listener that responds, and it must do so before it returns. */
async function dispatch(
  listeners: readonly AnyFunction[],
  request: Request,
  ctx: ExecutionContextLike,
): Promise<unknown> {
  let answer: { readonly value: unknown } | undefined;
  const event = {
    type: 'fetch',
    request,
    respondWith(value: unknown): void {
      if (answer) throw new TypeError('event.respondWith was called twice; call it once.');
      answer = { value };
    },
    waitUntil: (work: Promise<unknown>): void => ctx.waitUntil(work),
    passThroughOnException: (): void => ctx.passThroughOnException?.(),
  };
  for (const listener of listeners) {
    listener(event);
    if (answer) break;
  }
  const given = answer as { readonly value: unknown } | undefined;
  if (!given) throw notAResponse('nothing: no listener called event.respondWith');
  return given.value;
}
