// The Cache API of functions, as workerd speaks it: GET is `match`, PUT with a whole response in its body is `put`, PURGE is
// `delete`. Answers say with `cf-cache-status` whether there was something.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CachePlace, CacheStoring } from '../../edge/contract/cache.ts';
import { ageOf, ttlOf } from '../../edge/http-cache/entry-times.ts';
import { fieldValue, membersOf } from '../../edge/http-cache/fields.ts';
import type { ApiCaller } from './api-callers.ts';
import type { Cache } from './cache.ts';
import { askOf } from './front-door.ts';
import { readResponse } from './read-response.ts';
import { sendEntry } from './send-entry.ts';
import { storeFor } from './store-answer.ts';

const STATUS = 'cf-cache-status';
const NAMESPACE = 'cf-cache-namespace';

/** Seconds for responses that say nothing of it, those of Cloudflare's edge. */
const PUT_RULE: CacheStoring = {
  ttl: null,
  statuses: { 200: 7200, 301: 7200, 302: 1200, 303: 1200, 404: 180, 410: 180 },
  ignoreOrigin: false,
  staleWhileRevalidate: 0,
  staleIfError: 0,
  dropCookies: false,
};

export async function answerApi(
  cache: Cache,
  caller: ApiCaller,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const place = placeOf(caller, request);
  if (cache.retired || place === undefined) {
    request.resume();
    response.writeHead(request.method === 'GET' ? 504 : 503, { [STATUS]: 'MISS' }).end();
  } else if (request.method === 'GET') match(cache, place, request, response);
  else if (request.method === 'PUT') await put(cache, place, request, response);
  else if (request.method === 'PURGE') remove(cache, place, response);
  else response.writeHead(405).end();
}

function match(cache: Cache, place: CachePlace, request: IncomingMessage, response: ServerResponse): void {
  const [now, ask] = [Date.now(), askOf(request)];
  const { entry } = cache.store.find(place.key, ask, now);
  const counts = cache.counts.of(place.function);
  if (entry && ttlOf(entry.times, now) > 0) {
    const age = Math.floor(ageOf(entry.times, now) / 1000);
    const headers = [[STATUS, 'HIT'] as const, ['age', String(age)] as const];
    if (sendEntry(cache.store, entry, { method: 'GET', ask, headers }, response)) {
      counts.hits += 1;
      return;
    }
    cache.store.remove(entry);
  }
  counts.misses += 1;
  response.writeHead(504, { [STATUS]: 'MISS', 'content-length': '0' }).end();
}

async function put(
  cache: Cache,
  place: CachePlace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const now = Date.now();
  const read = await readResponse(request);
  const tags = membersOf(fieldValue(read.fields, 'cache-tag'));
  const answered = {
    status: read.status,
    fields: read.fields,
    personal: false,
    askedAt: now,
    answeredAt: now,
  };
  const { status } = await storeFor(
    cache,
    { place, ask: askOf(request), doomed: false },
    { ...answered, rule: PUT_RULE, tags, decoded: false },
    read.body,
    read.whole,
  );
  // 413 is what workerd tells its caller of, whatever was the reason that it could not be stored.
  response.writeHead(status === 201 ? 204 : 413).end();
}

function remove({ store }: Cache, { key }: CachePlace, response: ServerResponse): void {
  const all = [...store.entries.ofKey(key)];
  store.purge(all, () => true);
  response.writeHead(all.length > 0 ? 200 : 404).end();
}

/** Undefined for what is no URL. */
function placeOf(
  { function: id, project }: ApiCaller,
  { url = '', headers }: IncomingMessage,
): CachePlace | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  parsed.hash = '';
  const name = JSON.stringify(headers[NAMESPACE] ?? null);
  return { function: id, project, key: `api ${id}\n${name}\n${parsed.href}`, url: parsed.href };
}
