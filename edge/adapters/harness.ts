// The outermost layer of every function: it turns an adapted handler into the module's default export.
//
//   probe? -> strip the platform's headers -> a place -> run in the request's scope -> response, or an error line
//   and a 500
//
// A request without the platform's headers is passed on as it is. All that happens to it besides is three looks
// at its headers, two objects and one scope: this path is walked ten thousand times a second.

import type { BoundWay, GatewayCall } from '../contract/grant.ts';
import {
  BOUND_HEADER,
  DEPTH_HEADER,
  ERROR_HEADER,
  GATEWAY_METHOD,
  INVOKE_HEADER,
  INVOKE_RETURNED,
  INVOKE_SCHEDULED,
  MOUNT_HEADER,
  OUTCOME_HEADER,
  PROBE_HEADER,
  PROBE_SCHEDULED,
  REQUEST_ID_HEADER,
  STATUS_THREW,
} from '../contract/names.ts';
import {
  type Adapted,
  type AnyFunction,
  type Env,
  type ExecutionContextLike,
  type FetchHandler,
  HandlerFault,
  RequestFault,
} from './adapter.ts';
import { asResponse } from './as-response.ts';
import { hasNoLength } from './body-length.ts';
import { within } from './bound-fetch.ts';
import { callScheduled, noScheduled, scheduledHandler } from './call-scheduled.ts';
import { carryBody } from './carry-body.ts';
import { collectInTime } from './collect-in-time.ts';
import { drainBody, unreadBody } from './drain-body.ts';
import { entrypointOf, lackingExport } from './entrypoint-of.ts';
import { type Place, Places } from './places.ts';
import { failureOf, RequestScope } from './request-scope.ts';
import type { Runtime } from './runtime.ts';

/**
 * With so few places or fewer, a place is held until the response's body has been produced, and not just until the
 * handler has answered. To look at a response's body costs 5 µs of each request, and only functions that count
 * on few places can tell the difference.
 */
export const bodiesCountedMax = 10;

/** How the front says that the request came. */
interface Way {
  readonly mount: string;
  readonly asReturned: boolean;
  /** It is part of a request that has a place already. */
  readonly placed?: boolean;
  readonly scheduled: boolean;
}

type Run = (request: Request, scope: RequestScope, way: Way) => unknown;

/** The default export for workerd: an object of handlers, or the user's class with its handlers wrapped. */
export function wrapHandler(adapted: Adapted, runtime: Runtime): unknown {
  const harness = new Harness(adapted, runtime);
  if (adapted.entrypoint) return harness.entrypointClass(adapted.entrypoint);
  const handlers: Record<string, unknown> = {
    fetch: (request: Request, env: Env, ctx: ExecutionContextLike) => harness.fetch(request, env, ctx),
    [GATEWAY_METHOD]: (call: GatewayCall, _env: Env, ctx: ExecutionContextLike) => harness.call(call, ctx),
  };
  for (const [name, handler] of Object.entries(adapted.events ?? {}))
    handlers[name] = (...args: unknown[]) =>
      harness.event(handler, undefined, args, args[2] as ExecutionContextLike | undefined);
  return handlers;
}

/** Gives workerd what it accepts as a named export: it refuses to start on a number or a string. */
export const namedEntrypoint = (value: unknown): unknown =>
  typeof value === 'function' || (typeof value === 'object' && value !== null) ? value : {};

class Harness {
  readonly #adapted: Adapted;
  readonly #runtime: Runtime;
  readonly #waitUntilWrapped = new WeakSet<object>();
  readonly #places: Places | undefined;
  readonly #countsBodies: boolean;
  #waitUntil: ExecutionContextLike['waitUntil'] | undefined;

  constructor(adapted: Adapted, runtime: Runtime) {
    this.#adapted = adapted;
    this.#runtime = runtime;
    const { concurrency } = runtime.info;
    if (concurrency !== undefined) this.#places = new Places(concurrency, runtime.clock);
    this.#countsBodies = concurrency !== undefined && concurrency <= bodiesCountedMax;
  }

  fetch(request: Request, env: Env, ctx: ExecutionContextLike): Response | Promise<Response> {
    const handler = this.#adapted.fetch as FetchHandler;
    return this.#serve(request, ctx, (stripped, scope, way) => {
      if (!way.scheduled)
        return handler(stripped, env, ctx, { id: scope.id, info: this.#runtime.info, ...way });
      const scheduled = scheduledHandler(this.#adapted);
      return callScheduled(stripped, scheduled && ((controller) => scheduled(controller, env, ctx)));
    });
  }

  async event(
    handler: AnyFunction,
    self: unknown,
    args: unknown[],
    ctx: ExecutionContextLike | undefined,
  ): Promise<unknown> {
    if (ctx) this.#watchWaitUntil(ctx);
    const scope = new RequestScope(crypto.randomUUID(), undefined);
    return this.#runtime.scopes.run(scope, async () => {
      try {
        return await handler.apply(self, args);
      } catch (error) {
        this.#tell('uncaught', error, scope);
        throw error;
      } finally {
        scope.over(Date.now());
      }
    });
  }

  /** A subclass, so that workerd sees an entrypoint and the user's RPC methods stay reachable. */
  entrypointClass(base: NonNullable<Adapted['entrypoint']>): unknown {
    const harness = this;
    const methods = base.prototype as Record<string, unknown>;
    class Entrypoint extends base {}
    const own = Entrypoint.prototype as unknown as Record<string, unknown>;
    own.fetch = function (this: InstanceType<typeof base>, request: Request) {
      return harness.#serve(request, this.ctx, (stripped, _scope, way) => {
        if (!way.scheduled) return (methods.fetch as AnyFunction).call(this, stripped);
        const scheduled = scheduledHandler(harness.#adapted);
        return callScheduled(stripped, scheduled && ((controller) => scheduled.call(this, controller)));
      });
    };
    own[GATEWAY_METHOD] = function (this: InstanceType<typeof base>, call: GatewayCall) {
      return harness.call(call, this.ctx);
    };
    for (const name of ENTRYPOINT_EVENTS) {
      const handler = methods[name];
      if (typeof handler !== 'function') continue;
      own[name] = function (this: InstanceType<typeof base>, ...args: unknown[]) {
        return harness.event(handler as AnyFunction, this, args, this.ctx);
      };
    }
    Object.defineProperty(Entrypoint, 'name', { value: base.name });
    return Entrypoint;
  }

  #serve(request: Request, ctx: ExecutionContextLike, run: Run): Response | Promise<Response> {
    const headers = request.headers;
    if (headers.has(PROBE_HEADER)) return this.#probe(headers.get(PROBE_HEADER) === PROBE_SCHEDULED, ctx);
    collectInTime();
    this.#watchWaitUntil(ctx);
    const bound = headers.get(BOUND_HEADER);
    if (bound !== null) return this.#serveBound(request, ctx, run, JSON.parse(bound) as BoundWay);
    const mark = headers.get(INVOKE_HEADER);
    const invoked = mark !== null;
    const mount = headers.get(MOUNT_HEADER);
    const id = headers.get(REQUEST_ID_HEADER) || crypto.randomUUID();
    const scope = new RequestScope(id, invoked ? this.#runtime.writer : undefined);
    const stripped = invoked || mount !== null ? withoutPlatformHeaders(request) : request;
    const way = {
      mount: mount ?? '',
      asReturned: mark === INVOKE_RETURNED,
      scheduled: mark === INVOKE_SCHEDULED,
    };
    return this.#runtime.scopes.run(scope, () => this.#answer(stripped, ctx, run, scope, way));
  }

  /** For another function, by a binding: the URL is as that wrote it, and a named entrypoint answers in its own way. */
  #serveBound(request: Request, ctx: ExecutionContextLike, run: Run, bound: BoundWay): Promise<Response> {
    const { url, entrypoint, props, depth, inside } = bound;
    const stripped = new Request(url, withoutPlatformHeaders(request));
    const scope = new RequestScope(request.headers.get(REQUEST_ID_HEADER) || crypto.randomUUID(), undefined);
    scope.depth = depth;
    const way: Way = { mount: '', asReturned: false, scheduled: false, ...(inside && { placed: true }) };
    const answer: Run =
      entrypoint === null && props === undefined
        ? run
        : (given) => {
            if (entrypoint === null) given.headers.set(BOUND_HEADER, JSON.stringify(within(url, depth)));
            return entrypointOf(ctx, bound).fetch(given);
          };
    return this.#runtime.scopes.run(scope, () => this.#answer(stripped, ctx, answer, scope, way));
  }

  /** A method that another function calls of an entrypoint. What it throws is its caller's to see too. */
  async call(call: GatewayCall, ctx: ExecutionContextLike): Promise<unknown> {
    const scope = new RequestScope(call.requestId, undefined);
    const entered = this.#places?.enter();
    const place = entered instanceof Promise ? await entered : entered;
    try {
      return await entrypointOf(ctx, call)[call.method]?.(...call.args);
    } catch (error) {
      this.#tell('uncaught', error, scope);
      throw error;
    } finally {
      if (place) this.#places?.leave(place);
    }
  }

  async #answer(
    request: Request,
    ctx: ExecutionContextLike,
    run: Run,
    scope: RequestScope,
    way: Way,
  ): Promise<Response> {
    let response: Response;
    const entered = way.placed ? undefined : this.#places?.enter();
    const place = entered instanceof Promise ? await entered : entered;
    try {
      if (this.#adapted.problem !== undefined) throw new HandlerFault(this.#adapted.problem);
      response = asResponse(await run(request, scope, way));
      response = withoutForgedMarks(response);
    } catch (error) {
      response = this.#failed(error, scope);
    }
    let unread = unreadBody(request, response);
    if (unread && !(response.body && hasNoLength(response.body))) {
      await drainBody(unread);
      unread = undefined;
    }
    return this.#passOn(response, ctx, scope, place, unread);
  }

  /**
   * The request is over when its body has been produced, where it matters and the body has no length: such a body
   * can pass through our hands without a visible change. Otherwise it is over when the handler has answered.
   * `unread` is read before the end of such a body and not earlier, as what produces it may read it yet.
   */
  #passOn(
    response: Response,
    ctx: ExecutionContextLike,
    scope: RequestScope,
    place: Place | undefined,
    unread: ReadableStream | undefined,
  ): Response {
    const over = (): void => {
      if (place) this.#places?.leave(place);
      scope.over(Date.now());
    };
    const worksOn = scope.works && this.#runtime.info.waitUntilMs !== undefined;
    const bodyMatters = scope.announces || worksOn || this.#countsBodies || unread !== undefined;
    const body = bodyMatters ? response.body : null;
    if (body === null || !(scope.announces || hasNoLength(body))) {
      over();
      return response;
    }
    const { readable, writable } = new TransformStream();
    // A stream that breaks off shows in the response; here it only matters that it is over.
    const drain = unread && (() => drainBody(unread));
    this.#waitUntil?.call(ctx, carryBody(body, writable, drain).then(over));
    return new Response(readable as unknown as ReadableStream, response);
  }

  #failed(error: unknown, scope: RequestScope): Response {
    const { message } = failureOf(error);
    if (error instanceof RequestFault)
      return Response.json({ error: { code: 'FN_006', message }, request_id: scope.id }, { status: 400 });
    this.#tell('uncaught', error, scope);
    return Response.json(
      { error: { code: 'FN_004', message: this.#runtime.hide(message) }, request_id: scope.id },
      { status: STATUS_THREW, headers: { [OUTCOME_HEADER]: 'threw' } },
    );
  }

  #probe(forSchedules: boolean, ctx: ExecutionContextLike): Response {
    const lacks = forSchedules && scheduledHandler(this.#adapted) === undefined;
    const problem =
      this.#adapted.problem ??
      (lacks ? noScheduled : undefined) ??
      lackingExport(ctx, this.#runtime.info.exports ?? []);
    if (problem === undefined) {
      const headers: Record<string, string> = forSchedules ? { [PROBE_HEADER]: PROBE_SCHEDULED } : {};
      return new Response(null, { status: 204, headers });
    }
    return Response.json(
      { error: { code: 'FN_005', message: problem } },
      { status: 500, headers: { [OUTCOME_HEADER]: 'threw' } },
    );
  }

  #tell(origin: 'uncaught' | 'waituntil', error: unknown, scope: RequestScope | undefined): void {
    const { message, stack } = failureOf(error);
    const shown = error instanceof HandlerFault ? undefined : stack;
    this.#runtime.writer.error(origin, message, shown, scope?.id);
  }

  /**
   * Wraps `waitUntil` where all contexts have it from, once an isolate, rather than once a request. A failed
   * promise becomes an error line; workerd itself says nothing.
   */
  #watchWaitUntil(ctx: ExecutionContextLike): void {
    const owner = Object.getPrototypeOf(ctx) as ExecutionContextLike | null;
    if (owner === null || this.#waitUntilWrapped.has(owner)) return;
    this.#waitUntilWrapped.add(owner);
    const original = owner.waitUntil;
    if (typeof original !== 'function') return;
    this.#waitUntil = original;
    const harness = this;
    const { waitUntilMs } = this.#runtime.info;
    owner.waitUntil = function (this: ExecutionContextLike, promise: Promise<unknown>): void {
      const scope = harness.#runtime.scopes.getStore();
      scope?.opened();
      const settled = Promise.resolve(promise)
        .catch((error: unknown) => harness.#tell('waituntil', error, scope))
        .finally(() => scope?.settled());
      const bounded =
        scope && waitUntilMs !== undefined
          ? Promise.race([settled, scope.expiry(waitUntilMs, () => harness.#tellExpired(waitUntilMs, scope))])
          : settled;
      original.call(this, bounded);
    };
  }

  /** When nothing holds the request any more, workerd ends it with its timers and its subrequests. */
  #tellExpired(limitMs: number, scope: RequestScope): void {
    this.#runtime.writer.error(
      'waituntil',
      `FN_002: work given to waitUntil was not done ${limitMs / 1000} s after the response, which is its limit (wait_until_timeout), and was ended. Raise wait_until_timeout, or do less after the response.`,
      undefined,
      scope.id,
    );
  }
}

const ENTRYPOINT_EVENTS = ['scheduled', 'queue', 'email', 'tail', 'tailStream', 'trace', 'test'] as const;

function withoutPlatformHeaders(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete(INVOKE_HEADER);
  headers.delete(MOUNT_HEADER);
  headers.delete(BOUND_HEADER);
  headers.delete(DEPTH_HEADER);
  return new Request(request, { headers });
}

/**
 * Only with status 500 does a front believe that a handler threw, and it takes the marks off every response:
 * so a forged one matters on a 500 alone. A look at the headers of each response costs 15 µs of 86, since the
 * object that JavaScript sees of them must be made and collected.
 */
function withoutForgedMarks(response: Response): Response {
  if (response.status !== STATUS_THREW) return response;
  const copy = new Response(response.body, response);
  copy.headers.delete(ERROR_HEADER);
  // Tells it from the 500 that workerd makes when it gives a request up.
  copy.headers.set(OUTCOME_HEADER, 'answered');
  return copy;
}
