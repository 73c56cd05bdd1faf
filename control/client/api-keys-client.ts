// `client.apiKeys`: keys of functions' visitors.

import type { ApiKeyPage, CreateApiKeyInput, CreatedApiKey, RevokedApiKey } from './answers.ts';
import { type CallOptions, type Connection, input } from './connection.ts';
import type { PageQuery } from './functions-client.ts';
import { sendCall } from './send-call.ts';

export interface ApiKeysQuery extends PageQuery {
  readonly project?: string;
  /** Id or name of a function. */
  readonly function?: string;
}

export interface ApiKeysClient {
  /** The answer has the token, this once. */
  create(key: CreateApiKeyInput, options?: CallOptions): Promise<CreatedApiKey>;
  list(query?: ApiKeysQuery, options?: CallOptions): Promise<ApiKeyPage>;
  revoke(id: string, options?: CallOptions): Promise<RevokedApiKey>;
}

export function createApiKeysClient(connection: Connection): ApiKeysClient {
  return {
    // Repeated, as the answer to a repetition has the id of the key whose token was not heard.
    create: async (body, options) =>
      sendCall(connection, { method: 'POST', path: '/api-keys', body, repetition: 'harmless' }, options),
    list: async (query, options) =>
      sendCall(connection, { method: 'GET', path: '/api-keys', query: { ...query } }, options),
    revoke: async (id, options) => sendCall(connection, { method: 'DELETE', path: keyPath(id) }, options),
  };
}

function keyPath(id: string): string {
  if (typeof id !== 'string' || !/^[\w-]+$/.test(id))
    throw input(`${JSON.stringify(id)} is no id of an API key.`);
  return `/api-keys/${id}`;
}
