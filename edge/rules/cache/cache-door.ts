// The way to the cache. Whatever goes wrong there is no fault of the request, which then goes to the function.

import {
  asciiJson,
  CACHE_ANSWER_HEADER,
  CACHE_ASK_HEADER,
  type CacheAnswer,
  type CacheAsk,
} from '../../contract/cache.ts';

/** A cache that has not answered by then is away; what a request may wait for another one comes on top. */
const cacheAnswerTimeoutMs = 2000;
/** One that was away is not asked again for this long. */
const cacheAwayMs = 1000;

export interface CacheReply {
  readonly answer: CacheAnswer;
  readonly response: Response;
}

export class CacheDoor {
  /** Of a front: there is one. */
  static #awayUntil = 0;
  readonly #cache: Fetcher;

  constructor(cache: Fetcher) {
    this.#cache = cache;
  }

  /** With the visitor's own headers. Undefined when the cache is away. */
  ask(request: Request, ask: CacheAsk, waitMs = 0): Promise<CacheReply | undefined> {
    const headers = new Headers(request.headers);
    // Those of a body that is not sent.
    headers.delete('content-length');
    headers.delete('transfer-encoding');
    return this.#send(request.method, headers, ask, null, waitMs);
  }

  /** Resolves with whether it was done. */
  async tell(method: 'PUT' | 'POST', ask: CacheAsk, body: BodyInit | null = null): Promise<boolean> {
    const reply = await this.#send(method, new Headers(), ask, body, 0);
    return reply !== undefined && 'done' in reply.answer;
  }

  async #send(
    method: string,
    headers: Headers,
    ask: CacheAsk,
    body: BodyInit | null,
    waitMs: number,
  ): Promise<CacheReply | undefined> {
    if (Date.now() < CacheDoor.#awayUntil) return undefined;
    headers.set(CACHE_ASK_HEADER, asciiJson(ask));
    try {
      // A body takes as long as the function takes to make it.
      const signal =
        body instanceof ReadableStream ? {} : { signal: AbortSignal.timeout(cacheAnswerTimeoutMs + waitMs) };
      const response = await this.#cache.fetch('http://cache/', {
        method,
        headers,
        body,
        redirect: 'manual',
        ...signal,
      });
      const told = response.headers.get(CACHE_ANSWER_HEADER);
      if (told === null) return undefined;
      const answer = JSON.parse(told) as CacheAnswer;
      return 'failed' in answer && response.status === 503 ? undefined : { answer, response };
    } catch {
      // It is replaced within a moment; a body that broke off is told by the side that it broke off at.
      if (!(body instanceof ReadableStream)) CacheDoor.#awayUntil = Date.now() + cacheAwayMs;
      return undefined;
    }
  }
}
