// One call of the control API: sent, answered, and sent again where that can help.

import { callTimeoutMs } from './bounds.ts';
import { type CallOptions, type Connection, checkRetries, checkTimeout, input } from './connection.ts';
import { Deadline } from './deadline.ts';
import { judgeRetry, type Repetition } from './judge-retry.ts';
import { newIdempotencyKey } from './new-idempotency-key.ts';
import { readError } from './read-error.ts';
import { SelvedgeError } from './selvedge-error.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** GET is `harmless` and the others are not, unless a call says so. */
  readonly repetition?: Repetition;
  /** Where neither the client nor the call's options say another. */
  readonly timeoutMs?: number;
}

/** Resolves with the answer's JSON; rejects with a SelvedgeError and nothing else. */
export function sendCall<T>(connection: Connection, call: Call, options: CallOptions = {}): Promise<T> {
  return send(connection, call, options, (response) => readJson<T>(response, connection.url));
}

/** For an answer that is no JSON. `read` has the call's time; what it leaves of a stream may be read for as long as one likes. */
export async function send<T>(
  connection: Connection,
  call: Call,
  options: CallOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const timeoutMs =
    checkTimeout(options.timeoutMs) ?? connection.timeoutMs ?? call.timeoutMs ?? callTimeoutMs;
  const retries = checkRetries(options.retries) ?? connection.retries;
  const url = addressOf(connection, call);
  const init = initOf(connection, call, options);
  const deadline = new Deadline(`${call.method} ${call.path}`, timeoutMs, options.signal);
  try {
    for (let repeated = 0; ; repeated++) {
      try {
        if (deadline.error) throw deadline.error;
        const response = await connection.fetch(url, { ...init, signal: deadline.signal });
        if (!response.ok) throw await readError(response, connection.url);
        return await read(response);
      } catch (thrown) {
        if (deadline.error) throw deadline.error;
        const error = thrown instanceof SelvedgeError ? thrown : networkError(connection.url, thrown);
        const repetition = call.repetition ?? (call.method === 'GET' ? 'harmless' : 'after-refusal');
        const state = { repetition, repeated, retries, random: Math.random() };
        const pauseMs = judgeRetry({ error, neverSent: isNeverSent(thrown), ...state });
        if (pauseMs === undefined) throw error;
        await deadline.pause(pauseMs);
      }
    }
  } finally {
    deadline.end();
  }
}

function addressOf({ url }: Connection, { path, query = {} }: Call): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? url + path : `${url}${path}?${new URLSearchParams(given)}`;
}

function initOf({ token }: Connection, { method, body }: Call, { idempotencyKey }: CallOptions): RequestInit {
  return {
    method,
    headers: {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      // The same for all repetitions: it is what makes them one request.
      ...(method === 'POST' && { 'idempotency-key': idempotencyKey ?? newIdempotencyKey() }),
    },
    ...(body !== undefined && { body: jsonOf(body) }),
    // The token goes to where it was meant to go.
    redirect: 'manual',
  };
}

function jsonOf(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw input(`The data cannot be sent as JSON: ${String(cause)}.`, cause);
  }
}

async function readJson<T>(response: Response, url: string): Promise<T> {
  const text = await response.text();
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new SelvedgeError(
      'CLIENT_ANSWER',
      `${url} answered ${response.status} with what is no JSON: is it the control API? It began: ${JSON.stringify(text.slice(0, 80))}`,
      { status: response.status, requestId: response.headers.get('x-request-id') },
      cause,
    );
  }
}

function networkError(url: string, cause: unknown): SelvedgeError {
  const reasons = [cause, (cause as { cause?: unknown } | undefined)?.cause];
  const told = reasons.filter((one) => one instanceof Error).map(({ message }) => message);
  return new SelvedgeError(
    'CLIENT_NETWORK',
    `There was no answer from ${url}: ${told.filter((text) => text !== '').join(': ') || String(cause)}. Does the platform run, and is the url right?`,
    {},
    cause,
  );
}

/** Node and Bun say so; browsers do not tell why a request failed, which then counts as sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ConnectionRefused',
]);

function isNeverSent(thrown: unknown): boolean {
  const { code, cause } = (thrown ?? {}) as { code?: unknown; cause?: { code?: unknown } | null };
  return [code, cause?.code].some((one) => NEVER_SENT.has(String(one)));
}
