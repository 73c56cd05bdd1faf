// `client.functions`: a method for each operation on functions. `id` is a function's id, or its name.

import type {
  AcceptedInvocation,
  CreateDeploymentInput,
  CreateFunctionInput,
  DeletedFunction,
  DeployedFunction,
  Deployment,
  DeploymentPage,
  FunctionPage,
  FunctionStatus,
  FunctionWithCode,
  Invocation,
  InvokeInput,
  LogEntry,
  LogPage,
  LogParameters,
  PromoteInput,
  UpdateFunctionInput,
  Version,
  VersionPage,
} from './answers.ts';
import { deployTimeoutMs, invokeTimeoutMs } from './bounds.ts';
import type { CallOptions, Connection } from './connection.ts';
import { createEnvClient, type EnvClient } from './env-client.ts';
import { type Execution, type ExecutionOptions, execute } from './execute.ts';
import { followLogs } from './follow-logs.ts';
import { functionPath } from './function-path.ts';
import { placeOf } from './function-place.ts';
import { type ExecutionQuery, listExecutions, type PastExecution } from './list-executions.ts';
import {
  type AliasesClient,
  createAliasesClient,
  createRolloutsClient,
  type RolloutsClient,
} from './rollouts-client.ts';
import { createSecretsClient, type SecretsClient } from './secrets-client.ts';
import { sendCall } from './send-call.ts';

export interface PageQuery {
  readonly limit?: number | undefined;
  /** The `cursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface FunctionQuery extends PageQuery {
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  readonly status?: FunctionStatus | undefined;
  readonly search?: string | undefined;
}

export interface VersionQuery extends PageQuery {
  /** Only with exactly this tag. */
  readonly tag?: string | undefined;
}

/** What `deploy` says of the version that it makes. */
export interface DeployInput {
  readonly message?: string | undefined;
  readonly tag?: string | undefined;
}

/** What `logs` and `followLogs` narrow the log by. */
export type LogQuery = Readonly<Omit<LogParameters, 'project' | 'environment' | 'follow'>>;

export interface FunctionsClient {
  /** Resolves when the function is live, or made as a draft; a deployment that fails rejects with FN_005. */
  create(input: CreateFunctionInput, options?: CallOptions): Promise<DeployedFunction>;
  update(id: string, changes: UpdateFunctionInput, options?: CallOptions): Promise<DeployedFunction>;
  get(
    id: string,
    options?: CallOptions & { readonly include?: 'code' | undefined },
  ): Promise<FunctionWithCode>;
  /** One page. */
  list(query?: FunctionQuery, options?: CallOptions): Promise<FunctionPage>;
  delete(id: string, options?: CallOptions): Promise<DeletedFunction>;
  deploy(id: string, options?: CallOptions): Promise<DeployedFunction>;
  /** To the version before, unless `version` names another. */
  rollback(id: string, version?: string, options?: CallOptions): Promise<DeployedFunction>;
  /** Makes the very same version live in another environment. */
  promote(id: string, input: PromoteInput, options?: CallOptions): Promise<DeployedFunction>;
  /** Resolves with all that is known of the call; rejects with the function's error. */
  invoke(id: string, input?: InvokeInput, options?: CallOptions): Promise<Invocation>;
  /** Resolves as soon as the call is accepted. */
  invokeAsync(id: string, input?: InvokeInput, options?: CallOptions): Promise<AcceptedInvocation>;
  /** `invoke` with the data alone. */
  execute(id: string, data?: unknown, options?: ExecutionOptions): Promise<Execution>;
  /** Invocations, the newest first, each with what it printed. */
  getLogs(id: string, query?: ExecutionQuery, options?: CallOptions): Promise<PastExecution[]>;
  /** One page of the log, entry by entry. */
  logs(id: string, query?: LogQuery, options?: CallOptions): Promise<LogPage>;
  /** New entries as they come, until the loop is left or the signal aborted. */
  followLogs(id: string, query?: LogQuery, options?: CallOptions): AsyncGenerator<LogEntry, void>;
  versions(id: string, query?: VersionQuery, options?: CallOptions): Promise<VersionPage>;
  version(id: string, version: string, options?: CallOptions): Promise<Version>;
  deployments(id: string, query?: PageQuery, options?: CallOptions): Promise<DeploymentPage>;
  deployment(id: string, deployment: string, options?: CallOptions): Promise<Deployment>;
  /** Resolves when every front shares the traffic so. */
  createDeployment(id: string, input: CreateDeploymentInput, options?: CallOptions): Promise<Deployment>;
  readonly env: EnvClient;
  readonly rollouts: RolloutsClient;
  readonly aliases: AliasesClient;
  readonly secrets: SecretsClient;
}

export function createFunctionsClient(connection: Connection): FunctionsClient {
  const place = (options?: CallOptions) => ({ ...placeOf(connection, options) });
  const deploying = { timeoutMs: deployTimeoutMs };
  const invoking = { method: 'POST', timeoutMs: invokeTimeoutMs, repetition: 'after-refusal' } as const;

  const client: FunctionsClient = {
    create: async (input, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'POST', path: '/functions', repetition: 'create', ...deploying },
          query: { environment: place(options).environment },
          body: { project: place(options).project, ...input },
        },
        options,
      ),
    update: async (id, body, options) =>
      sendCall(
        connection,
        { method: 'PUT', path: functionPath(id), query: place(options), body, ...deploying },
        options,
      ),
    get: async (id, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'GET', path: functionPath(id) },
          query: { ...place(options), include: options?.include },
        },
        options,
      ),
    list: async (query, options) =>
      sendCall(
        connection,
        { method: 'GET', path: '/functions', query: { ...place(options), ...query } },
        options,
      ),
    delete: async (id, options) =>
      sendCall(connection, { method: 'DELETE', path: functionPath(id), query: place(options) }, options),
    deploy: async (id, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'POST', path: functionPath(id, 'deploy'), query: place(options) },
          ...{ repetition: 'harmless', ...deploying },
        },
        options,
      ),
    rollback: async (id, version, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'POST', path: functionPath(id, 'rollback'), query: place(options), ...deploying },
          // Without a version, a second one goes back one more; the key is forgotten if control dies in between.
          repetition: version === undefined ? 'after-refusal' : 'harmless',
          body: version === undefined ? {} : { version },
        },
        options,
      ),
    promote: async (id, body, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'POST', path: functionPath(id, 'promote'), query: place(options), body },
          ...{ repetition: 'harmless', ...deploying },
        },
        options,
      ),
    invoke: async (id, body = {}, options) =>
      sendCall(
        connection,
        { ...invoking, path: functionPath(id, 'invoke'), query: place(options), body },
        options,
      ),
    invokeAsync: async (id, body = {}, options) =>
      sendCall(
        connection,
        {
          ...{ ...invoking, path: functionPath(id, 'invoke'), body },
          query: { ...place(options), async: true },
        },
        options,
      ),
    execute: (id, data, options) => execute(client, id, data, options),
    getLogs: (id, query, options) => listExecutions(client, id, query, options),
    logs: async (id, query, options) =>
      sendCall(
        connection,
        { method: 'GET', path: functionPath(id, 'logs'), query: { ...place(options), ...query } },
        options,
      ),
    async *followLogs(id, query, options) {
      const path = functionPath(id, 'logs');
      const all = { ...place(options), ...query, follow: true };
      yield* followLogs(connection, { method: 'GET', path, query: all }, options);
    },
    versions: async (id, query, options) =>
      sendCall(
        connection,
        { method: 'GET', path: functionPath(id, 'versions'), query: { ...place(options), ...query } },
        options,
      ),
    version: async (id, version, options) =>
      sendCall(
        connection,
        { method: 'GET', path: functionPath(id, 'versions', version), query: place(options) },
        options,
      ),
    deployments: async (id, query, options) =>
      sendCall(
        connection,
        { method: 'GET', path: functionPath(id, 'deployments'), query: { ...place(options), ...query } },
        options,
      ),
    deployment: async (id, deployment, options) =>
      sendCall(
        connection,
        { method: 'GET', path: functionPath(id, 'deployments', deployment), query: place(options) },
        options,
      ),
    createDeployment: async (id, body, options) =>
      sendCall(
        connection,
        {
          ...{ method: 'POST', path: functionPath(id, 'deployments'), query: place(options), body },
          ...{ repetition: 'harmless', ...deploying },
        },
        options,
      ),
    env: createEnvClient(connection),
    rollouts: createRolloutsClient(connection),
    aliases: createAliasesClient(connection),
    secrets: createSecretsClient(connection),
  };
  return client;
}
