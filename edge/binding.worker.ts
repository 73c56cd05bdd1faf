// Stands between a function and what its bindings lead to, in the function's own process and in an isolate of its
// own: what `env.OTHER` is. The function has no other way to the socket of the fronts, and the grant that opens a
// binding is this worker's property, which the function cannot read.

import { WorkerEntrypoint } from 'cloudflare:workers';
import { type BoundAsk, type BoundCall, headerJson } from './contract/grant.ts';
import { BOUND_HEADER, DISPATCH_HEADER } from './contract/names.ts';
import type { BindingEnv } from './env.ts';

interface BindingProps {
  readonly grant: string;
}

interface Door {
  call(asked: BoundCall): Promise<unknown>;
}

/** What workerd itself looks for, or calls by names of its own. */
const OWN: ReadonlySet<string | symbol> = new Set([
  'fetch',
  'ctx',
  'env',
  'constructor',
  'then',
  'connect',
  'dup',
]);

/** A function of the project: `fetch`, and any method that its entrypoint has. */
export class Service extends WorkerEntrypoint<BindingEnv, BindingProps> {
  constructor(ctx: ExecutionContext<BindingProps>, env: BindingEnv) {
    super(ctx, env);
    const door = env.FRONT_RPC as unknown as Door;
    // biome-ignore lint/correctness/noConstructorReturn: there is no other way to have methods of any name.
    return new Proxy(this, {
      get: (target, name) => {
        if (typeof name === 'symbol' || OWN.has(name)) return own(target, name);
        return (...args: unknown[]) => door.call({ grant: ctx.props.grant, method: name, args });
      },
    });
  }

  override fetch(request: Request): Promise<Response> {
    return sendBound(this.env, request, { grant: this.ctx.props.grant, url: request.url });
  }
}

/** A dispatch namespace: any function in it, by the name that the function itself gives. */
export class Namespace extends WorkerEntrypoint<BindingEnv, BindingProps> {
  override fetch(request: Request): Promise<Response> {
    const name = request.headers.get(DISPATCH_HEADER) ?? '';
    return sendBound(this.env, request, { grant: this.ctx.props.grant, url: request.url, name });
  }

  __selvedge_dispatch(name: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const door = this.env.FRONT_RPC as unknown as Door;
    return door.call({ grant: this.ctx.props.grant, name, method, args });
  }
}

function own(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? value.bind(target) : value;
}

/** Whatever the function itself put into the header is replaced. */
function sendBound({ FRONT }: BindingEnv, request: Request, ask: BoundAsk): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set(BOUND_HEADER, headerJson(ask));
  headers.delete(DISPATCH_HEADER);
  return FRONT.fetch(request, { headers, redirect: 'manual' });
}

export default {};
