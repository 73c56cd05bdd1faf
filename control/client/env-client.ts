// `client.functions.env`: the variables and secrets of a function.

import type { EffectiveEnvList, EnvWasDeleted, EnvWasSet, SetEnvInput } from './answers.ts';
import { deployTimeoutMs } from './bounds.ts';
import type { CallOptions, Connection } from './connection.ts';
import { functionPath } from './function-path.ts';
import { placeOf } from './function-place.ts';
import { sendCall } from './send-call.ts';

export interface EnvClient {
  /** All that the function runs with, and where each is set; the values of secrets are never among them. */
  list(id: string, options?: CallOptions): Promise<EffectiveEnvList['env']>;
  /** A function that is live gets a new version with it, which is deployed. */
  set(id: string, variable: SetEnvInput, options?: CallOptions): Promise<EnvWasSet>;
  delete(id: string, key: string, options?: CallOptions): Promise<EnvWasDeleted>;
}

export function createEnvClient(connection: Connection): EnvClient {
  const place = (options?: CallOptions) => ({ ...placeOf(connection, options) });
  return {
    list: async (id, options) => {
      const call = { method: 'GET', path: functionPath(id, 'env'), query: place(options) } as const;
      return (await sendCall<EffectiveEnvList>(connection, call, options)).env;
    },
    set: async (id, body, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'POST', path: functionPath(id, 'env'), query: place(options), body },
          ...{ repetition: 'harmless', timeoutMs: deployTimeoutMs },
        },
        options,
      ),
    delete: async (id, key, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'DELETE', path: functionPath(id, 'env', key), query: place(options) },
          timeoutMs: deployTimeoutMs,
        },
        options,
      ),
  };
}
