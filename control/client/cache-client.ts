// `client.cache`: answers of functions that are kept.

import type { Cache, Purged, PurgeInput } from './answers.ts';
import type { CallOptions, Connection } from './connection.ts';
import { sendCall } from './send-call.ts';

export interface CacheClient {
  get(options?: CallOptions): Promise<Cache>;
  /** When it resolves, no front gives any of it. */
  purge(what: PurgeInput, options?: CallOptions): Promise<Purged>;
}

export function createCacheClient(connection: Connection): CacheClient {
  return {
    get: async (options) => sendCall(connection, { method: 'GET', path: '/cache' }, options),
    purge: async (body, options) =>
      sendCall(connection, { method: 'POST', path: '/cache/purge', body, repetition: 'harmless' }, options),
  };
}
