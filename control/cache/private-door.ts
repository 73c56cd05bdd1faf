// What control asks of the cache, on a socket that is open to the platform's user only.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Cache } from './cache.ts';
import {
  type CacheStatus,
  cacheCallerPath,
  type FunctionCacheStatus,
  PURGE_PATH,
  RETIRE_PATH,
  STATUS_PATH,
} from './contract.ts';
import { bytesOf } from './entry.ts';
import { purgeSchema } from './purge.ts';

interface Answer {
  readonly status: number;
  readonly body?: object;
}

export function createPrivateDoor(
  cache: Cache,
  bytesMax: number,
  loadCaller: (name: string) => Promise<void>,
): Server {
  return createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => response.writeHead(status).end(body && JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(JSON.stringify({ error: String(error) })),
    );
  });

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { method, url = '' } = request;
    if (cache.retired) return { status: 503, body: { error: 'Another process has the store.' } };
    if (method === 'POST' && url === RETIRE_PATH) {
      cache.retire();
      return { status: 204 };
    }
    if (method === 'POST' && url === PURGE_PATH) {
      return {
        status: 200,
        body: { purged: cache.purge(purgeSchema.parse(JSON.parse(await textOf(request)))) },
      };
    }
    if (method === 'GET' && url === STATUS_PATH) return { status: 200, body: statusOf(cache, bytesMax) };
    const prefix = cacheCallerPath('');
    if (method !== 'PUT' || !url.startsWith(prefix)) return { status: 404 };
    await loadCaller(url.slice(prefix.length));
    return { status: 204 };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function statusOf({ store, counts, leases }: Cache, bytesMax: number): CacheStatus {
  const functions: Record<string, FunctionCacheStatus> = {};
  for (const [id, { hits, misses, stored }] of counts.byFunction)
    functions[id] = { entries: 0, bytes: 0, hits, misses, stored };
  for (const entry of store.entries.all()) {
    const one = functions[entry.function] ?? { entries: 0, bytes: 0, hits: 0, misses: 0, stored: 0 };
    functions[entry.function] = { ...one, entries: one.entries + 1, bytes: one.bytes + bytesOf(entry) };
  }
  const { bytes, count } = store.entries;
  return { bytes, bytesMax, entries: count, evicted: store.evicted, collapsed: leases.collapsed, functions };
}
