// A chain: each middleware is given the request, what is known of it, and the rest of the chain; the last is a plain
// function. `export const handler = middleware([cors(), auth(), async (request, context) => …])`.

import { type Context, contextOf, type Given } from './context.ts';

export type Next = () => Promise<Response>;

/** `Adds` is what the context has behind it. */
export interface Middleware<Adds extends object = object> {
  (request: Request, context: Context & Record<string, unknown>, next: Next): Response | Promise<Response>;
  /** Never there: it carries the type. */
  readonly adds?: Adds;
}

export type Handler<Known extends object = object> = (
  request: Request,
  context: Context & Known,
) => Response | Promise<Response>;

type AddedBy<Steps extends readonly unknown[]> = Steps extends readonly [infer First, ...infer Rest]
  ? (First extends Middleware<infer Adds> ? Adds : object) & AddedBy<Rest>
  : object;

/** A function as any convention calls it. */
export type Chained = (request: Request, ...given: Given) => Promise<Response>;

/** @throws {TypeError} when it is not given functions, with the place in the list. */
export function middleware<Steps extends readonly Middleware<object>[]>(
  steps: readonly [...Steps, Handler<AddedBy<Steps>>],
): Chained {
  const chain: readonly unknown[] = steps;
  for (const [at, step] of chain.entries())
    if (typeof step !== 'function')
      throw new TypeError(
        `middleware([…]) takes functions, and number ${at + 1} of ${chain.length} is ${step === null ? 'null' : typeof step}: call what makes a middleware, such as cors(), and put your own function last.`,
      );
  if (chain.length === 0) throw new TypeError('middleware([…]) needs a function of your own at the end.');
  return (request, ...given) => {
    const context = contextOf(request, given) as Context & Record<string, unknown>;
    const run = async (at: number): Promise<Response> => {
      const step = chain[at] as Middleware | undefined;
      if (!step)
        throw new TypeError(
          'The last of middleware([…]) called next(): put a function that answers behind it.',
        );
      return step(request, context, () => run(at + 1));
    };
    return run(0);
  };
}
