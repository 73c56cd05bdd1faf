// `client.functions.secrets`: what there is to tell of a function's secrets. They are set with `env.set`.

import type { SecretHistory, SecretList } from './answers.ts';
import type { CallOptions, Connection } from './connection.ts';
import { functionPath } from './function-path.ts';
import { placeOf } from './function-place.ts';
import { sendCall } from './send-call.ts';

export interface SecretsClient {
  list(id: string, options?: CallOptions): Promise<SecretList['secrets']>;
  /** The newest first; also of a secret that was deleted. */
  history(id: string, name: string, options?: CallOptions): Promise<SecretHistory['versions']>;
}

export function createSecretsClient(connection: Connection): SecretsClient {
  const place = (options?: CallOptions) => ({ ...placeOf(connection, options) });
  return {
    list: async (id, options) => {
      const call = { method: 'GET', path: functionPath(id, 'secrets'), query: place(options) } as const;
      return (await sendCall<SecretList>(connection, call, options)).secrets;
    },
    history: async (id, name, options) => {
      const path = functionPath(id, 'secrets', name, 'history');
      const call = { method: 'GET', path, query: place(options) } as const;
      return (await sendCall<SecretHistory>(connection, call, options)).versions;
    },
  };
}
