// The rule of the conventions that promise a Response: nothing else is one.

import { describeValue, HandlerFault } from './adapter.ts';

/** @throws {HandlerFault} for what is no Response. */
export function asResponse(value: unknown): Response {
  if (value instanceof Response) return value;
  throw notAResponse(value);
}

export const notAResponse = (value: unknown): HandlerFault =>
  new HandlerFault(
    `The handler returned ${describeValue(value)}, which is not a Response. Return new Response(…) or Response.json(…), or set "convention" to "event" to answer with plain values.`,
  );
