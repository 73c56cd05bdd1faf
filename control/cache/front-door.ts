// What fronts ask. One of them that cannot be answered goes on without the cache, so a fault here costs a request to the
// function and no more.

import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  asciiJson,
  CACHE_ANSWER_HEADER,
  CACHE_ASK_HEADER,
  type CacheAnswer,
  type CacheAsk,
  type CachePlace,
} from '../../edge/contract/cache.ts';
import { standsIn } from '../../edge/http-cache/entry-times.ts';
import type { Ask } from '../../edge/http-cache/judge-condition.ts';
import type { Cache } from './cache.ts';
import type { Entry } from './entry.ts';
import { freshenEntry } from './freshen-entry.ts';
import { hitOf, lookUp } from './look-up.ts';
import { sendEntry } from './send-entry.ts';
import { storeAnswer } from './store-answer.ts';

type AskOf<Do extends CacheAsk['do']> = Extract<CacheAsk, { do: Do }>;

export async function answerFront(
  cache: Cache,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (cache.retired) return tell(response, 503, { failed: 'Another process has the store.' });
  const asked = JSON.parse(String(request.headers[CACHE_ASK_HEADER])) as CacheAsk;
  switch (asked.do) {
    case 'look':
      return look(cache, asked, request, response);
    case 'stand-in':
      return standIn(cache, asked, request, response);
    case 'freshen':
      return freshen(cache, asked, request, response);
    case 'store': {
      const { status, failed } = await storeAnswer(cache, asked, request);
      return tell(response, status, failed === undefined ? { done: true } : { failed });
    }
    case 'release': {
      const lease = cache.leases.of(asked.lease);
      if (lease && asked.waiters === 'pass') cache.leases.pass(lease.place.key, Date.now());
      if (lease) cache.leases.settle(lease, asked.waiters === 'again' ? 'again' : 'alone');
      return tell(response, 204, { done: true });
    }
    case 'invalidate':
      cache.purge({ function: asked.function, urls: [...asked.urls] });
      return tell(response, 204, { done: true });
  }
}

async function look(
  cache: Cache,
  asked: AskOf<'look'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const place = placed(asked.place);
  const { collapseMs, heeds } = asked;
  const looking = { place, ask: askOf(request), collapseMs, heeds, gone: gone.signal };
  const { entry, answer } = await lookUp(cache.store, cache.leases, looking);
  const counts = cache.counts.of(place.function);
  if (cache.retired) return tell(response, 503, { failed: 'Another process has the store.' });
  if (entry && send(cache, entry, answer, request, response)) counts.hits += 1;
  else {
    counts.misses += 1;
    // A body that cannot be read is none, whatever the index says.
    if (entry) cache.store.remove(entry);
    tell(response, 504, entry ? { miss: 'uri-miss' } : answer);
  }
}

function standIn(
  cache: Cache,
  asked: AskOf<'stand-in'>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const lease = asked.lease === null ? undefined : cache.leases.of(asked.lease);
  if (lease) cache.leases.settle(lease, 'alone');
  const now = Date.now();
  const { entry } = cache.store.find(placed(asked.place).key, askOf(request), now);
  const stands = entry && standsIn(entry.times, now);
  if (!stands || !send(cache, entry, hitOf(entry, 'stale', now), request, response))
    tell(response, 504, { miss: 'uri-miss' });
}

function freshen(
  cache: Cache,
  asked: AskOf<'freshen'>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const lease = cache.leases.of(asked.lease);
  const entry = lease?.entry && freshenEntry(cache, lease.entry, asked.answered, lease.doomed);
  if (lease) cache.leases.settle(lease, 'again');
  if (!entry || !send(cache, entry, hitOf(entry, 'fresh', Date.now()), request, response))
    tell(response, 504, { miss: 'uri-miss' });
}

function send(
  cache: Cache,
  entry: Entry,
  answer: CacheAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const headers = [[CACHE_ANSWER_HEADER, asciiJson(answer)] as const];
  return sendEntry(
    cache.store,
    entry,
    { method: String(request.method), ask: askOf(request), headers },
    response,
  );
}

/** A function's rule and its Cache API are kept apart, and no key of one function is one of another. */
const placed = (place: CachePlace): CachePlace => ({ ...place, key: `rule ${place.function}\n${place.key}` });

export const askOf =
  ({ headers }: IncomingMessage): Ask =>
  (name) => {
    const value = headers[name];
    return value === undefined ? null : String(value);
  };

export function tell(response: ServerResponse, status: number, answer: CacheAnswer): void {
  response.writeHead(status, { [CACHE_ANSWER_HEADER]: asciiJson(answer), 'content-length': '0' }).end();
}
