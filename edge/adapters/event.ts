// Convention `event`: `handler(event, context)`, with a JSON payload as the event, and code written for AWS
// Lambda as it is.

import type { Adapted, AnyFunction, Env, ExecutionContextLike, Exports, Invocation } from './adapter.ts';
import { findHandler, missingHandler } from './find-handler.ts';
import { type Payload, readPayload } from './read-payload.ts';
import { returnedValue, toResponse } from './to-response.ts';

/** What `getRemainingTimeInMillis` counts down from when the instance does not say: the default timeout. */
const TIMEOUT_DEFAULT_MS = 30_000;
/** A handler with a third parameter answers through a callback. */
const CALLBACK_PARAMETERS = 3;

export function adaptEvent(exports: Exports, name: string): Adapted {
  const handler = findHandler(exports, name);
  if (!handler) return { fetch: undefined, problem: missingHandler(exports, name, 'event') };
  return {
    fetch: async (request, env, ctx, invocation) => {
      const url = new URL(request.url);
      const payload = await readPayload(request, url);
      const event = lambdaView(payload, request, url, invocation);
      const context = contextOf(env, ctx, invocation);
      const result = await call(handler, event, context);
      return invocation.asReturned ? returnedValue(result) : toResponse(result);
    },
  };
}

/**
 * Resolves with what comes first: the handler's promise, or its callback. A callback handler that is no async
 * function returns undefined, which then is no answer.
 */
export function call(handler: AnyFunction, event: unknown, context: object): unknown {
  if (handler.length < CALLBACK_PARAMETERS) return handler(event, context);
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, result: unknown): void => {
      if (error === null || error === undefined) resolve(result);
      else reject(error instanceof Error ? error : new Error(String(error)));
    };
    const returned = handler(event, context, callback);
    if (typeof (returned as { then?: unknown } | undefined)?.then === 'function') resolve(returned);
    else if (returned !== undefined) resolve(returned);
  });
}

/**
 * Puts the fields of a Lambda proxy event on an object payload, where it has none of that name. They are not
 * enumerable: `return event`, `{...event}` and JSON.stringify hold the payload alone.
 */
function lambdaView(payload: Payload, request: Request, url: URL, invocation: Invocation): unknown {
  const event = payload.value;
  if (typeof event !== 'object' || event === null) return event;
  const headers = Object.fromEntries(request.headers);
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams)
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  const fields = {
    httpMethod: request.method,
    path: url.pathname,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    queryStringParameters: query,
    body: payload.raw,
    isBase64Encoded: payload.isBase64,
    requestContext: {
      requestId: invocation.id,
      httpMethod: request.method,
      path: invocation.mount + url.pathname,
      stage: '$default',
      timeEpoch: Date.now(),
      http: {
        method: request.method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        userAgent: headers['user-agent'] ?? '',
      },
    },
  };
  for (const [name, value] of Object.entries(fields)) {
    if (Object.hasOwn(event, name)) continue;
    Object.defineProperty(event, name, { value, enumerable: false, configurable: true, writable: true });
  }
  return event;
}

/** The four documented fields are enumerable; the rest, `env` with its secrets first, is not. */
function contextOf(env: Env, ctx: ExecutionContextLike, invocation: Invocation): object {
  const { info, id } = invocation;
  const startedAt = Date.now();
  const context = {
    functionName: info.name,
    projectId: info.project,
    invocationId: id,
    timestamp: new Date(startedAt).toISOString(),
  };
  const hidden = {
    awsRequestId: id,
    functionVersion: info.version,
    getRemainingTimeInMillis: (): number =>
      Math.max(0, (info.timeoutMs ?? TIMEOUT_DEFAULT_MS) - (Date.now() - startedAt)),
    env,
    waitUntil: (promise: Promise<unknown>): void => ctx.waitUntil(promise),
  };
  for (const [name, value] of Object.entries(hidden))
    Object.defineProperty(context, name, { value, enumerable: false, configurable: true, writable: true });
  return context;
}
