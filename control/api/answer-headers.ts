// Headers of every answer: the request id, and what browsers need to be told.

import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { REQUEST_ID_HEADER } from '../../edge/contract/names.ts';
import type { ApiEnv } from './api-env.ts';

/** Printable and without spaces, so that an id is one word in any log line. */
const ACCEPTABLE_REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** Keeps the client's request id if it can be kept, or makes one. */
export const identifyRequest: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const given = c.req.header(REQUEST_ID_HEADER);
  const requestId = given !== undefined && ACCEPTABLE_REQUEST_ID.test(given) ? given : randomUUID();
  c.set('requestId', requestId);
  await next();
  c.res.headers.set(REQUEST_ID_HEADER, requestId);
};

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  // JSON has nothing to load; a page that does says so itself.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** A header that the answer set itself stays. */
export const addSecurityHeaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
};
