// Any middleware of Hono's as one of ours: `fromHono(csrf())`. It sees the request as in an app of its own whose only
// route is the rest of the chain.

import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { Hono } from 'hono/tiny';
import type { Middleware, Next } from './middleware.ts';

/** Where its app finds the rest of the chain, out of the way of the function's own variables. */
const NEXT = Symbol('next');

export function fromHono(handler: MiddlewareHandler): Middleware {
  const app = new Hono<{ Bindings: { readonly [NEXT]: Next } }>();
  app.use(handler);
  app.all('*', (c) => c.env[NEXT]());
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  return async (request, context, next) =>
    app.fetch(
      request,
      { ...context.env, [NEXT]: next },
      {
        waitUntil: (promise) => context.waitUntil(promise),
        passThroughOnException: () => undefined,
        props: {},
      },
    );
}
