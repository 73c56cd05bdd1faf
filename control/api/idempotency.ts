// `Idempotency-Key`: a client that did not hear the answer may send the same POST again, and the work is
// done once. The first answer is stored under the key and given to every repetition.
//
// What is kept is an answer that a repetition should see. A failure on our side (5xx) and a limit exceeded
// (429) are forgotten, so that trying again with the same key, as these answers ask for, tries again.

import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { ERROR_HEADER } from '../../edge/contract/names.ts';
import { AppError } from '../model/errors.ts';
import { idempotencyKeyLengthMax } from '../model/limits.ts';
import type { ApiEnv } from './api-env.ts';
import type { ApiLog } from './error-response.ts';

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type IdempotencyState =
  | { readonly state: 'new' }
  | { readonly state: 'running' }
  | { readonly state: 'mismatch' }
  | ({ readonly state: 'done' } & StoredAnswer);

/**
 * Remembers keys for `idempotencyHours`, apart for each scope, which is who asks: the same text from two callers is
 * two keys, and nobody is ever given another's answer.
 *
 * `begin` decides and claims in one step, so of two concurrent requests with one key a single one is told
 * `new`; it must then call `finish` or `abandon`. A key that was claimed by a control that has since died is
 * free again: nobody is left to finish it.
 */
export interface IdempotencyStore {
  begin(scope: string, key: string, requestHash: string): Promise<IdempotencyState>;
  finish(scope: string, key: string, answer: StoredAnswer): Promise<void>;
  abandon(scope: string, key: string): Promise<void>;
}

/** Printable ASCII. */
export const idempotencyKeyPattern = /^[\x20-\x7e]+$/;
export const REPLAYED_HEADER = 'idempotency-replayed';
const runningRetryAfterSeconds = 1;

/** Headers that belong to the answer; the others belong to the exchange. */
const KEPT_HEADERS = ['content-type', 'location', ERROR_HEADER] as const;

export function replayIdempotent(store: IdempotencyStore, log: ApiLog): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    if (c.req.method !== 'POST' || key === undefined) return next();
    checkKey(key);

    // Nobody has been let in where no operation is: there is nothing to do twice.
    const scope = c.get('actor')?.id;
    if (scope === undefined) return next();
    const url = new URL(c.req.url);
    const hash = requestHash('POST', url.pathname + url.search, c.get('bodyBytes'));
    const found = await store.begin(scope, key, hash);
    if (found.state === 'running') throw stillRunning();
    if (found.state === 'mismatch') throw otherRequest(key);
    if (found.state === 'done') {
      return new Response(found.body, {
        status: found.status,
        headers: { ...found.headers, [REPLAYED_HEADER]: 'true' },
      });
    }

    try {
      await next();
    } catch (thrown) {
      await store.abandon(scope, key);
      throw thrown;
    }
    try {
      if (isKept(c.res.status))
        await store.finish(scope, key, await answerOf(c.get('repetition') ?? c.res.clone()));
      else await store.abandon(scope, key);
    } catch (error) {
      // The work is done and its answer is true, remembered or not.
      log.error(
        { err: error, code: 'SYS_001', requestId: c.get('requestId') },
        'could not store an idempotent answer',
      );
    }
    return;
  };
}

/** Hash of what makes two requests the same. Lengths keep the parts apart. */
export function requestHash(method: string, target: string, body: Uint8Array): string {
  return createHash('sha256').update(`${method} ${target.length} ${target} `).update(body).digest('hex');
}

function checkKey(key: string): void {
  if (key.length > idempotencyKeyLengthMax || !idempotencyKeyPattern.test(key)) {
    throw new AppError(
      'FN_006',
      `The Idempotency-Key has ${key.length} characters: it must be 1 to ${idempotencyKeyLengthMax} printable ASCII characters, such as a UUID.`,
    );
  }
}

const isKept = (status: number): boolean => status < 500 && status !== 429;

async function answerOf(response: Response): Promise<StoredAnswer> {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers: Object.fromEntries(headers), body: await response.text() };
}

const stillRunning = (): AppError =>
  new AppError(
    'FN_006',
    'A request with this Idempotency-Key is still being worked on: wait for it, then send this one again to get its answer.',
    { status: 409, retryAfterSeconds: runningRetryAfterSeconds },
  );

const otherRequest = (key: string): AppError =>
  new AppError(
    'FN_006',
    `The Idempotency-Key "${key.slice(0, 80)}" was used for another request (method, path, query or body differ): use a new key for a new request.`,
    { status: 422 },
  );
