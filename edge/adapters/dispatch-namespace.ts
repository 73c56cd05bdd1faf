// `env.DISPATCHER` of a dispatch namespace: `get(name)` gives what `env.OTHER` of a service binding is.

import { DISPATCH_HEADER, ERROR_HEADER } from '../contract/names.ts';

interface Inner {
  fetch(request: Request): Promise<Response>;
  __selvedge_dispatch(name: string, method: string, args: readonly unknown[]): Promise<unknown>;
}

export interface DispatchOptions {
  readonly limits?: { readonly cpuMs?: number; readonly subRequests?: number };
  readonly outbound?: Readonly<Record<string, unknown>>;
}

/** Replaces each binding of `names` by a dispatcher; `trace` is what a service binding's requests get. */
export function openNamespaces(env: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) env[name] = dispatcher(name, env[name] as Inner);
}

function dispatcher(binding: string, inner: Inner): object {
  return {
    get(name: unknown, _args?: unknown, options: DispatchOptions = {}): object {
      if (typeof name !== 'string' || name === '')
        throw new TypeError(
          `env.${binding}.get(name): name must be the name of a function of the namespace.`,
        );
      if (options.outbound !== undefined)
        throw new TypeError(
          `env.${binding}.get: outbound Workers are not supported; a function's \`egress\` says what it reaches.`,
        );
      return stub(inner, name);
    },
  };
}

function stub(inner: Inner, name: string): object {
  const fetch = async (input: Request | string | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.headers.set(DISPATCH_HEADER, name);
    const response = await inner.fetch(request);
    if (response.status === 404 && response.headers.get(ERROR_HEADER) === 'FN_001') {
      const { error } = (await response.json()) as { error: { message: string } };
      throw new Error(error.message);
    }
    return response;
  };
  return new Proxy(
    { fetch },
    {
      get: (target, method) => {
        if (method === 'fetch') return target.fetch;
        if (typeof method === 'symbol' || method === 'then') return undefined;
        return (...args: unknown[]) => inner.__selvedge_dispatch(name, method, args);
      },
    },
  );
}
