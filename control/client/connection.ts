// Where the platform is and how it is spoken to: the options of `createClient`, checked once.

import { retriesDefault, retriesMax, timeoutMsMax } from './bounds.ts';
import { SelvedgeError } from './selvedge-error.ts';

/** What the client needs of `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions {
  /** Of the control API: `http://127.0.0.1:9000`. */
  readonly url: string;
  /** The owner's token or that of a key; left out where the platform asks for none. */
  readonly token?: string | undefined;
  /** Project of functions that are named by name. `default` if absent. */
  readonly project?: string | undefined;
  /** Environment of functions that are named by name: with `staging`, `hello` is `hello-staging`. */
  readonly environment?: string | undefined;
  /** For each call, repetitions included, in place of the client's own bounds. */
  readonly timeoutMs?: number | undefined;
  /** How often a call is repeated at most; 0 for never. */
  readonly retries?: number | undefined;
  /** In place of the global `fetch`. */
  readonly fetch?: Fetch | undefined;
}

/** What each method takes as its last argument. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly retries?: number | undefined;
  /** Project of the function, if it is not the client's. */
  readonly project?: string | undefined;
  /** Environment of the function, if it is not the client's. */
  readonly environment?: string | undefined;
  /** Of a POST, to repeat it later in the name of this call. One is made if there is none. */
  readonly idempotencyKey?: string | undefined;
}

export interface Connection {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
  readonly project: string | undefined;
  readonly environment: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly retries: number;
  readonly fetch: Fetch;
}

export function openConnection(options: ClientOptions): Connection {
  return {
    url: checkUrl(options.url),
    token: checkToken(options.token),
    project: options.project,
    environment: options.environment,
    timeoutMs: checkTimeout(options.timeoutMs),
    retries: checkRetries(options.retries) ?? retriesDefault,
    // Looked up at each call and called as a function of the global object, which browsers insist on.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
  };
}

function checkUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw input(
      `url is ${shown(text)}: give the address of the control API, such as "http://127.0.0.1:9000".`,
      cause,
    );
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw input(`url begins with "${url.protocol}": it must begin with "http:" or "https:".`);
  if (url.username !== '' || url.password !== '')
    throw input('url has a user name or a password in it: give the token as `token`.');
  if (url.search !== '' || url.hash !== '')
    throw input(`url has "${url.search}${url.hash}" at its end: leave out what follows "?" or "#".`);
  return url.href.replace(/\/+$/, '');
}

function checkToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  // Its value is not told: errors end in logs.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw input('token must be printable ASCII without spaces: is there a line break at its end?');
  return token;
}

export function checkTimeout(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs === undefined) return undefined;
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 1 && timeoutMs <= timeoutMsMax))
    throw input(`timeoutMs is ${shown(timeoutMs)}: it must be 1 to ${timeoutMsMax} milliseconds.`);
  return timeoutMs;
}

export function checkRetries(retries: number | undefined): number | undefined {
  if (retries === undefined) return undefined;
  if (!Number.isInteger(retries) || retries < 0 || retries > retriesMax)
    throw input(`retries is ${shown(retries)}: it must be a whole number from 0 to ${retriesMax}.`);
  return retries;
}

const shown = (value: unknown): string => String(JSON.stringify(value) ?? value).slice(0, 80);

export const input = (message: string, cause?: unknown): SelvedgeError =>
  new SelvedgeError('CLIENT_INPUT', message, {}, cause);
