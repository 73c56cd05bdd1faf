// Gives each visitor one of several variants, the same at every request: the one that an experiment of the platform has
// chosen, if it has one of that name, or one by the visitor's cookie.

import { drawOf, hashText } from '../traffic/hash-visitor.ts';
import type { Middleware } from './middleware.ts';

export interface AbTestOptions {
  readonly name: string;
  /** Share of each, of any sum: `{old: 90, new: 10}`. */
  readonly variants: Readonly<Record<string, number>>;
  /** Cookie that a visitor is known by. */
  readonly cookie?: string;
}

/** A year. */
const cookieSeconds = 31_536_000;
const COOKIE = '__selvedge_ab';

/** Its type is plain, as the compiler gives up on a whole chain for one generic call in it. */
export function abTest(options: AbTestOptions): Middleware<{
  readonly variant: string;
  /** Of all tests in the chain, by name. */
  readonly variants: Readonly<Record<string, string>>;
}> {
  const { name, variants, cookie = COOKIE } = options;
  const shares = Object.entries(variants);
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  if (!(sum > 0) || shares.some(([, share]) => !(share >= 0)))
    throw new TypeError(
      `abTest's variants are ${JSON.stringify(variants)}: each needs a share of 0 or more, and all together more than 0.`,
    );
  // With the visitor alone the same ones would be first in every test.
  const seed = hashText(name);
  const choose = (visitor: string): string => {
    let left = drawOf(hashText(visitor), seed) * sum;
    for (const [variant, share] of shares) {
      left -= share;
      if (left < 0) return variant;
    }
    return String(shares.at(-1)?.[0]);
  };
  return async (request, context, next) => {
    const told = toldVariant(request.headers, name);
    const known = readCookie(request.headers, cookie);
    const visitor = known ?? crypto.randomUUID();
    const variant = told !== undefined && shares.some(([one]) => one === told) ? told : choose(visitor);
    context.variant = variant;
    context.variants = { ...(context.variants as object | undefined), [name]: variant };
    const response = await next();
    if (variant === told || known !== undefined) return response;
    const marked = new Response(response.body, response);
    marked.headers.append(
      'set-cookie',
      `${cookie}=${visitor}; Path=/; Max-Age=${cookieSeconds}; HttpOnly; SameSite=Lax`,
    );
    return marked;
  };
}

/** `experiment=variant, …`; no client's own reaches a function. */
function toldVariant(headers: Headers, name: string): string | undefined {
  const told = headers.get('x-selvedge-variant')?.split(',') ?? [];
  return told.map((one) => one.trim().split('=')).find(([experiment]) => experiment === name)?.[1];
}

function readCookie(headers: Headers, name: string): string | undefined {
  const cookies = headers.get('cookie')?.split(';') ?? [];
  const found = cookies.map((one) => one.trim()).find((one) => one.startsWith(`${name}=`));
  const value = found?.slice(name.length + 1);
  return value && /^[\w-]{1,64}$/.test(value) ? value : undefined;
}
