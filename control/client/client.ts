// The front door of `selvedge/client`: a client for programs, which speaks the control API over `fetch` and needs
// nothing else. It runs in Node, browsers, Bun, Deno and in functions.

import type { AuditPage, Explanation, Health, Info, MasterKeyRotation, PlacedAddress } from './answers.ts';
import { type ApiKeysClient, createApiKeysClient } from './api-keys-client.ts';
import { type CacheClient, createCacheClient } from './cache-client.ts';
import { type CertificatesClient, createCertificatesClient } from './certificates-client.ts';
import { type CallOptions, type ClientOptions, openConnection } from './connection.ts';
import { createExperimentsClient, type ExperimentsClient } from './experiments-client.ts';
import { createFunctionsClient, type FunctionsClient, type PageQuery } from './functions-client.ts';
import { createKeysClient, type KeysClient } from './keys-client.ts';
import {
  createEnvironmentsClient,
  createProjectsClient,
  createVariablesClient,
  type EnvironmentsClient,
  type ProjectsClient,
  type VariablesClient,
} from './projects-client.ts';
import { createRegionsClient, type RegionsClient } from './regions-client.ts';
import { sendCall } from './send-call.ts';

export type * from './answers.ts';
export type { ApiKeysClient, ApiKeysQuery } from './api-keys-client.ts';
export type { CacheClient } from './cache-client.ts';
export type { AddCertificate, CertificatesClient } from './certificates-client.ts';
export { type CloudBoxFunctions, type CloudBoxOptions, createCloudBox } from './cloudbox.ts';
export { type CloudBoxCode, CloudBoxError } from './cloudbox-error.ts';
export type {
  CloudBoxFunction,
  CreateCloudBoxFunction,
  UpdateCloudBoxFunction,
} from './cloudbox-function.ts';
export type { CallOptions, ClientOptions, Fetch } from './connection.ts';
export type { EnvClient } from './env-client.ts';
export type { Execution, ExecutionOptions } from './execute.ts';
export type { ConversionOf, ExperimentsClient } from './experiments-client.ts';
export type { FunctionQuery, FunctionsClient, LogQuery, PageQuery } from './functions-client.ts';
export type { KeysClient } from './keys-client.ts';
export type { ExecutionQuery, PastExecution } from './list-executions.ts';
export type {
  EnvironmentsClient,
  ProjectsClient,
  VariablesClient,
  VariablesPlace,
} from './projects-client.ts';
export type { RegionsClient } from './regions-client.ts';
export type { AliasesClient, RolloutsClient } from './rollouts-client.ts';
export type { SecretsClient } from './secrets-client.ts';
export { CLIENT_CODES, type ClientCode, type ErrorIssue, SelvedgeError } from './selvedge-error.ts';

export interface AuditQuery extends PageQuery {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: AuditPage['entries'][number]['action'] | undefined;
  readonly project?: string | undefined;
  readonly function?: string | undefined;
}

/** As `GET /routes/explain` takes it. */
export interface ExplainQuery {
  readonly url: string;
  readonly method?: string | undefined;
  readonly ip?: string | undefined;
  readonly country?: string | undefined;
  readonly continent?: string | undefined;
  readonly region?: string | undefined;
  readonly city?: string | undefined;
  readonly latitude?: string | undefined;
  readonly longitude?: string | undefined;
  readonly cookie?: string | undefined;
  /** A JSON object. */
  readonly headers?: string | undefined;
  readonly authorized?: 'true' | 'false' | undefined;
}

export interface Client {
  readonly functions: FunctionsClient;
  readonly projects: ProjectsClient;
  readonly environments: EnvironmentsClient;
  readonly variables: VariablesClient;
  readonly experiments: ExperimentsClient;
  readonly keys: KeysClient;
  readonly apiKeys: ApiKeysClient;
  readonly regions: RegionsClient;
  /** For an owner of all projects. */
  readonly certificates: CertificatesClient;
  readonly cache: CacheClient;
  /** For an owner of all projects. Functions go on, and their secrets stay what they are. */
  rotateMasterKey(options?: CallOptions): Promise<MasterKeyRotation>;
  /** One page of the audit log, the newest first. */
  audit(query?: AuditQuery, options?: CallOptions): Promise<AuditPage>;
  /** What the router would do with a request, and why. */
  explain(query: ExplainQuery, options?: CallOptions): Promise<Explanation>;
  /** Needs no token. */
  health(options?: CallOptions): Promise<Health>;
  info(options?: CallOptions): Promise<Info>;
  /** Where an address is, as functions see it in `request.cf`. */
  geo(ip: string, options?: CallOptions): Promise<PlacedAddress>;
}

/** @throws {SelvedgeError} CLIENT_INPUT for an option that cannot be used. Nothing is sent before a method is called. */
export function createClient(options: ClientOptions): Client {
  const connection = openConnection(options);
  return {
    functions: createFunctionsClient(connection),
    projects: createProjectsClient(connection),
    environments: createEnvironmentsClient(connection),
    variables: createVariablesClient(connection),
    experiments: createExperimentsClient(connection),
    keys: createKeysClient(connection),
    apiKeys: createApiKeysClient(connection),
    regions: createRegionsClient(connection),
    certificates: createCertificatesClient(connection),
    cache: createCacheClient(connection),
    rotateMasterKey: (call) =>
      sendCall(connection, { method: 'POST', path: '/master-key/rotate', body: {} }, call),
    audit: (query, call) =>
      sendCall(connection, { method: 'GET', path: '/audit', query: { ...query } }, call),
    explain: (query, call) =>
      sendCall(connection, { method: 'GET', path: '/routes/explain', query: { ...query } }, call),
    health: (call) => sendCall(connection, { method: 'GET', path: '/health' }, call),
    info: (call) => sendCall(connection, { method: 'GET', path: '/info' }, call),
    geo: (ip, call) => sendCall(connection, { method: 'GET', path: `/geo/${encodeURIComponent(ip)}` }, call),
  };
}
