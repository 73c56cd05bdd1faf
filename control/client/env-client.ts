// `client.functions.env`: the variables and secrets of a function.

import type { EnvList, EnvWasDeleted, EnvWasSet, SetEnvInput } from './answers.ts';
import { deployTimeoutMs } from './bounds.ts';
import type { CallOptions, Connection } from './connection.ts';
import { functionPath } from './function-path.ts';
import { sendCall } from './send-call.ts';

export interface EnvClient {
  /** All of them; the values of secrets are never among them. */
  list(id: string, options?: CallOptions): Promise<EnvList['env']>;
  /** A function that is live gets a new version with it, which is deployed. */
  set(id: string, variable: SetEnvInput, options?: CallOptions): Promise<EnvWasSet>;
  delete(id: string, key: string, options?: CallOptions): Promise<EnvWasDeleted>;
}

export function createEnvClient(connection: Connection): EnvClient {
  const projectOf = (options?: CallOptions) => ({ project: options?.project ?? connection.project });
  return {
    list: async (id, options) => {
      const call = { method: 'GET', path: functionPath(id, 'env'), query: projectOf(options) } as const;
      return (await sendCall<EnvList>(connection, call, options)).env;
    },
    set: async (id, body, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'POST', path: functionPath(id, 'env'), query: projectOf(options), body },
          ...{ repetition: 'harmless', timeoutMs: deployTimeoutMs },
        },
        options,
      ),
    delete: async (id, key, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'DELETE', path: functionPath(id, 'env', key), query: projectOf(options) },
          timeoutMs: deployTimeoutMs,
        },
        options,
      ),
  };
}
