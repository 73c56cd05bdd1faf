// `client.functions.rollouts` and `client.functions.aliases`: which version visitors get, and by what name.

import type { Alias, AliasList, DeletedAlias, Rollout, RolloutPage, StartRolloutInput } from './answers.ts';
import { deployTimeoutMs } from './bounds.ts';
import type { CallOptions, Connection } from './connection.ts';
import { functionPath } from './function-path.ts';
import { placeOf } from './function-place.ts';
import type { PageQuery } from './functions-client.ts';
import { sendCall } from './send-call.ts';

export interface RolloutsClient {
  /** Resolves when the first step is live. */
  start(id: string, rollout: StartRolloutInput, options?: CallOptions): Promise<Rollout>;
  /** One page, the newest first. */
  list(id: string, query?: PageQuery, options?: CallOptions): Promise<RolloutPage>;
  get(id: string, rollout: string, options?: CallOptions): Promise<Rollout>;
  /** To the next step at once. */
  promote(id: string, rollout: string, options?: CallOptions): Promise<Rollout>;
  pause(id: string, rollout: string, options?: CallOptions): Promise<Rollout>;
  resume(id: string, rollout: string, options?: CallOptions): Promise<Rollout>;
  /** Everything back to the old version. */
  abort(id: string, rollout: string, options?: CallOptions): Promise<Rollout>;
}

export interface AliasesClient {
  list(id: string, options?: CallOptions): Promise<AliasList['aliases']>;
  /** Makes the alias if there is none. */
  set(id: string, name: string, version: string, options?: CallOptions): Promise<Alias>;
  delete(id: string, name: string, options?: CallOptions): Promise<DeletedAlias>;
}

export function createRolloutsClient(connection: Connection): RolloutsClient {
  const place = (options?: CallOptions) => ({ ...placeOf(connection, options) });
  const command =
    (name: 'promote' | 'pause' | 'resume' | 'abort'): RolloutsClient['promote'] =>
    async (id, rollout, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'POST', path: functionPath(id, 'rollouts', rollout, name), query: place(options) },
          timeoutMs: deployTimeoutMs,
        },
        options,
      );
  return {
    start: async (id, body, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'POST', path: functionPath(id, 'rollouts'), query: place(options), body },
          timeoutMs: deployTimeoutMs,
        },
        options,
      ),
    list: async (id, query, options) =>
      sendCall(
        connection,
        { method: 'GET', path: functionPath(id, 'rollouts'), query: { ...place(options), ...query } },
        options,
      ),
    get: async (id, rollout, options) =>
      sendCall(
        connection,
        { method: 'GET', path: functionPath(id, 'rollouts', rollout), query: place(options) },
        options,
      ),
    promote: command('promote'),
    pause: command('pause'),
    resume: command('resume'),
    abort: command('abort'),
  };
}

export function createAliasesClient(connection: Connection): AliasesClient {
  const place = (options?: CallOptions) => ({ ...placeOf(connection, options) });
  return {
    list: async (id, options) => {
      const call = { method: 'GET', path: functionPath(id, 'aliases'), query: place(options) } as const;
      return (await sendCall<AliasList>(connection, call, options)).aliases;
    },
    set: async (id, name, version, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'PUT', path: functionPath(id, 'aliases', name), query: place(options) },
          ...{ body: { version }, repetition: 'harmless' },
        },
        options,
      ),
    delete: async (id, name, options) =>
      sendCall(
        connection,
        { method: 'DELETE', path: functionPath(id, 'aliases', name), query: place(options) },
        options,
      ),
  };
}
