// `client.keys`: who may use the platform besides the owner.

import type { CreatedKey, CreateKeyInput, Key, KeyPage, RevokedKey } from './answers.ts';
import { type CallOptions, type Connection, input } from './connection.ts';
import type { PageQuery } from './functions-client.ts';
import { sendCall } from './send-call.ts';

export interface KeysClient {
  /** The answer has the token, this once. */
  create(key: CreateKeyInput, options?: CallOptions): Promise<CreatedKey>;
  list(query?: PageQuery, options?: CallOptions): Promise<KeyPage>;
  get(id: string, options?: CallOptions): Promise<Key>;
  revoke(id: string, options?: CallOptions): Promise<RevokedKey>;
}

export function createKeysClient(connection: Connection): KeysClient {
  return {
    // Repeated, as the answer to a repetition has the id of the key whose token was not heard.
    create: async (body, options) =>
      sendCall(connection, { method: 'POST', path: '/keys', body, repetition: 'harmless' }, options),
    list: async (query, options) =>
      sendCall(connection, { method: 'GET', path: '/keys', query: { ...query } }, options),
    get: async (id, options) => sendCall(connection, { method: 'GET', path: keyPath(id) }, options),
    revoke: async (id, options) => sendCall(connection, { method: 'DELETE', path: keyPath(id) }, options),
  };
}

function keyPath(id: string): string {
  if (typeof id !== 'string' || !/^[\w-]+$/.test(id)) throw input(`${JSON.stringify(id)} is no id of a key.`);
  return `/keys/${id}`;
}
