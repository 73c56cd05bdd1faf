// The second argument of `baas` handlers: answers, log, environment and HTTP client.

import type { Env, ExecutionContextLike, Invocation } from './adapter.ts';
import { toJson } from './to-response.ts';

const ERROR_STATUS = 400;
const ERROR_CODE_DEFAULT = 'ERROR';
/** Of a failed upstream's body, in its error's message. */
const BODY_EXCERPT_MAX = 200;

/** What `context.success` and `context.error` give, for the handler to return. */
export class BaasAnswer {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }

  toResponse(): Response {
    return new Response(toJson(this.body), {
      status: this.status,
      headers: { 'content-type': 'application/json' },
    });
  }

  /** A handler that puts an answer inside of another value means its content. */
  toJSON(): unknown {
    return this.body;
  }
}

export interface BaasHttpOptions {
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
}

/** The upstream answered with a status outside of 200 to 299. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly data: unknown;

  constructor(method: string, url: string, status: number, data: unknown) {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    super(`${method} ${url} answered ${status}: ${(text ?? '').slice(0, BODY_EXCERPT_MAX)}`);
    this.status = status;
    this.data = data;
  }
}

export interface BaasContext {
  success(data?: unknown): BaasAnswer;
  error(message: string, code?: string, status?: number): BaasAnswer;
  readonly log: Readonly<Record<'debug' | 'info' | 'warn' | 'error', (...args: unknown[]) => void>>;
  readonly http: Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;
  readonly db: unknown;
  readonly env: Env;
  readonly requestId: string;
  readonly functionName: string;
  readonly projectId: string;
  waitUntil(promise: Promise<unknown>): void;
}

export function createBaasContext(env: Env, ctx: ExecutionContextLike, invocation: Invocation): BaasContext {
  const context = {
    success: (data: unknown = null) => new BaasAnswer(200, { success: true, data }),
    error: (message: string, code: string = ERROR_CODE_DEFAULT, status: number = ERROR_STATUS) =>
      new BaasAnswer(status, { success: false, error: { message: String(message), code } }),
    log,
    http,
    db,
    requestId: invocation.id,
    functionName: invocation.info.name,
    projectId: invocation.info.project,
    waitUntil: (promise: Promise<unknown>): void => ctx.waitUntil(promise),
  };
  // Not enumerable: `return context` and console.log(context) must not show secrets.
  return Object.defineProperty(context, 'env', { value: env, enumerable: false }) as typeof context & {
    env: Env;
  };
}

const log: BaasContext['log'] = {
  debug: (...args) => console.debug(...args),
  info: (...args) => console.info(...args),
  warn: (...args) => console.warn(...args),
  error: (...args) => console.error(...args),
};

const without =
  (method: string) =>
  (url: string, options?: BaasHttpOptions): Promise<unknown> =>
    request(method, url, undefined, options);
const withBody =
  (method: string) =>
  (url: string, body?: unknown, options?: BaasHttpOptions): Promise<unknown> =>
    request(method, url, body, options);

const http = {
  get: without('GET'),
  delete: without('DELETE'),
  post: withBody('POST'),
  put: withBody('PUT'),
  patch: withBody('PATCH'),
};

/** JSON in, JSON out; a body that is text or bytes is sent as it is. */
async function request(
  method: string,
  address: string,
  body: unknown,
  options: BaasHttpOptions = {},
): Promise<unknown> {
  const url = new URL(address);
  for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.append(name, value);
  const headers = new Headers(options.headers);
  const plain = body === undefined || typeof body === 'string' || body instanceof ArrayBuffer;
  if (!plain && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const payload = plain ? (body as string | ArrayBuffer | undefined) : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers,
    ...(payload === undefined ? {} : { body: payload }),
  });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '') && text !== '';
  const data: unknown = isJson ? JSON.parse(text) : text;
  if (!response.ok) throw new HttpError(method, address, response.status, data);
  return data;
}

/** Names that a runtime or a logger asks of any object; answering them with an error would hide the real one. */
const ASKED_OF_ANY = new Set(['then', 'toJSON', 'toString', 'valueOf', 'constructor', 'inspect']);

/** There is no state for functions in this version. To say so on use is better than an undefined. */
const db: unknown = new Proxy(Object.freeze({}), {
  get(target, name) {
    if (typeof name === 'symbol' || ASKED_OF_ANY.has(name)) return Reflect.get(target, name) as unknown;
    throw new Error(
      `context.db.${name} is not available: this version of Selvedge has no database for functions. Call a database of your own with context.http or fetch.`,
    );
  },
});
