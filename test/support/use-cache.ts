// The cache as control starts it, gone at the end of the test, and what a front says to it.

import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { buildCache, CacheProcess } from '../../control/workerd/cache-process.ts';
import { RunDir } from '../../control/workerd/run-dir.ts';
import {
  asciiJson,
  CACHE_ANSWER_HEADER,
  CACHE_ASK_HEADER,
  type CacheAnswer,
  type CacheAnswered,
  type CacheAsk,
  type CacheLease,
  type CachePlace,
} from '../../edge/contract/cache.ts';
import { useTmpDir } from './use-tmp-dir.ts';

export interface CacheReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly answer: CacheAnswer & Record<string, unknown>;
}

export interface CacheUnderTest {
  readonly runDir: RunDir;
  readonly cache: CacheProcess;
  readonly storeDir: string;
  say(
    method: string,
    ask: CacheAsk,
    headers?: Record<string, string>,
    body?: string | Readable,
  ): Promise<CacheReply>;
  look(place: CachePlace, headers?: Record<string, string>, collapseMs?: number | null): Promise<CacheReply>;
  /** Looks, and stores what it is to be if there is nothing; the reply to that. */
  keep(place: CachePlace, body: string | Readable, more?: Partial<CacheAnswered>): Promise<CacheReply>;
  /** Another process, as a control of another build starts it, beside or instead of the first. */
  next(): Promise<CacheProcess>;
}

export const placeOf = (key: string, more: Partial<CachePlace> = {}): CachePlace => ({
  ...{ function: 'fn_1', project: 'shop', key, url: `a.test/${key}` },
  ...more,
});

export const answered = (more: Partial<CacheAnswered> = {}): CacheAnswered => ({
  ...{ status: 200, fields: [['cache-control', 'max-age=60']], personal: false, tags: [], decoded: false },
  ...{ askedAt: Date.now(), answeredAt: Date.now() },
  rule: {
    ...{ ttl: null, statuses: {}, ignoreOrigin: false },
    ...{ staleWhileRevalidate: 0, staleIfError: 0, dropCookies: false },
  },
  ...more,
});

export async function useCache(bytesMax = 64 * 1024 * 1024): Promise<CacheUnderTest> {
  const dir = useTmpDir();
  const runDir = new RunDir(join(dir, 'run'));
  const storeDir = join(dir, 'store');
  const log = (message: string, details: object): void => console.log(message, details);
  const make = async (build: string): Promise<CacheProcess> => {
    const settings = { storeDir, bytesMax };
    const program = { ...(await buildCache(settings)), build };
    const made = new CacheProcess({ ...settings, ...program, runDir, log, onGone: async () => undefined });
    onTestFinished(() => made.close(0));
    return made;
  };
  const cache = await make('first');
  await cache.start([]);
  const say: CacheUnderTest['say'] = (method, ask, headers = {}, body) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          ...{ socketPath: runDir.cacheSocket(), method, path: '/', agent: false },
          headers: { host: 'cache', ...headers, [CACHE_ASK_HEADER]: asciiJson(ask) },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () => {
            const answer = JSON.parse(String(incoming.headers[CACHE_ANSWER_HEADER])) as CacheReply['answer'];
            const { statusCode: status = 0, headers: given } = incoming;
            resolve({ status, headers: given, body: Buffer.concat(chunks).toString('utf8'), answer });
          });
        },
      );
      outgoing.once('error', reject);
      if (typeof body === 'object') {
        body.once('error', (error) => outgoing.destroy(error));
        body.pipe(outgoing);
      } else outgoing.end(body);
    });
  const look: CacheUnderTest['look'] = (place, headers, collapseMs = 1000) =>
    say('GET', { do: 'look', place, collapseMs, heeds: false }, headers);
  return {
    ...{ runDir, cache, storeDir, say, look },
    keep: async (place, body, more) => {
      const { answer } = await look(place);
      const bytes = typeof body === 'string' ? Buffer.byteLength(body) : null;
      const lease = answer.lease as CacheLease | undefined;
      if (!lease) throw new Error(`There is no lease: ${JSON.stringify(answer)}`);
      return say('PUT', { do: 'store', lease: lease.id, answered: answered(more), bytes }, {}, body);
    },
    next: () => make('second'),
  };
}
