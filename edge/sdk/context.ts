// What a chain of middleware knows of a request besides the request: what the platform gives to each function, and what
// each middleware of the chain adds.

export interface Context {
  readonly env: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** Keeps work going after the response. */
  waitUntil(promise: Promise<unknown>): void;
}

/** As workerd and the adapters of conventions call a function: `(request, context)` or `(request, env, ctx)`. */
export type Given = readonly [context?: unknown, ctx?: unknown];

export function contextOf(request: Request, [first, second]: Given): Context {
  const requestId = request.headers.get('x-request-id') ?? '';
  if (hasWaitUntil(second)) {
    const env = (first ?? {}) as Context['env'];
    return { env, requestId, waitUntil: (promise) => second.waitUntil(promise) };
  }
  const waitUntil = (promise: Promise<unknown>): void => {
    if (hasWaitUntil(first)) first.waitUntil(promise);
  };
  return { env: {}, requestId, ...(first as object | undefined), waitUntil };
}

const hasWaitUntil = (value: unknown): value is Pick<Context, 'waitUntil'> =>
  typeof (value as Partial<Context> | null | undefined)?.waitUntil === 'function';
