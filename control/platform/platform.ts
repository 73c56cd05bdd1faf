// What the control API can ask for. `api/` turns HTTP into these calls and their results into HTTP; the
// implementation behind is the one place that knows store, bundler, supervisor and telemetry together.

import type { Geo } from '../../edge/contract/geo.ts';
import type { Actor, Caller, CreateKey, KeyRecord } from '../model/access.ts';
import type { ApiKeyRecord, CreateApiKey } from '../model/api-key.ts';
import type { AssetsConfig, VersionAssets } from '../model/assets.ts';
import type { AuditRecord } from '../model/audit.ts';
import type { CachePurge } from '../model/cache-purge.ts';
import type { CreateCertificate } from '../model/certificate.ts';
import type { CreateDeployment } from '../model/deployment.ts';
import type { DispatchNamespace } from '../model/dispatch-namespace.ts';
import type {
  Code,
  CreateFunction,
  Deploy,
  DeploymentRecord,
  EnvVariable,
  Kept,
  SetEnv,
  UpdateFunction,
  VersionRecord,
} from '../model/function.ts';
import type { StartRollout } from '../model/rollout.ts';
import type { SecretVersion } from '../model/secret-version.ts';
import type { SignUrl } from '../model/signed-url.ts';
import type { TailEvent, TailFilter } from '../model/tail.ts';
import type { Announced, Received } from './assets/assets.ts';
import type { UploadedFile } from './assets/receive-files.ts';
import type { ExperimentOperations } from './experiments/experiment-views.ts';
import type {
  AliasView,
  AssetsOwner,
  AuditQuery,
  CacheView,
  CertificateView,
  CreatedApiKey,
  CreatedKey,
  DeployResult,
  EdgeRequest,
  Execution,
  ExplainedRequest,
  Explanation,
  FinishLogin,
  FunctionRef,
  FunctionView,
  HealthReport,
  Identity,
  InfoReport,
  InstanceSample,
  InstanceView,
  Invoke,
  InvokeResult,
  ListFunctions,
  ListSchedules,
  ListVersions,
  LogEntry,
  LoginTokens,
  LogPage,
  LogQuery,
  MasterKeyChange,
  ObjectMigration,
  Page,
  PageRequest,
  RateLimiterView,
  Refusal,
  RolloutCommand,
  RolloutView,
  ScheduledRunResult,
  ScheduleView,
  SecretView,
  ShadowView,
  SignedUrl,
  StartLogin,
  Tryout,
  Validation,
} from './platform-views.ts';
import type { ProjectOperations } from './project-operations.ts';
import type { RegionOperations } from './region-operations.ts';

export type { UploadedFile } from './assets/receive-files.ts';
export type * from './experiments/experiment-views.ts';
export type * from './platform-views.ts';
export type {
  EffectiveVariable,
  EnvironmentView,
  OverlayChange,
  ProjectView,
  Promotion,
} from './project-operations.ts';
export type { RegionView } from './region-operations.ts';

/**
 * Everything rejects with `AppError` for what a user or operator can cure.
 *
 * `by` is who asks. What is outside of their projects is to them as if it were not there. Whether their role may
 * do what they ask is the API's to check, before it calls.
 */
/** Who is connected to a tail. */
export interface TailClient {
  readonly send: (event: TailEvent) => void;
  readonly end: (reason: string) => void;
}

/** Somebody who watches a function. */
export interface TailView {
  readonly id: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** An address in its one form, and what is known of where it is. */
export interface PlacedAddress {
  readonly ip: string;
  readonly geo: Geo;
}

export interface Platform extends ProjectOperations, ExperimentOperations, RegionOperations {
  createFunction(by: Caller, input: CreateFunction & Kept): Promise<DeployResult>;
  /** Resolves when the function is stored, and builds and deploys it afterwards; `status` and its log tell the end. */
  createInBackground(by: Caller, input: CreateFunction): Promise<FunctionView>;
  listFunctions(by: Caller, query: ListFunctions): Promise<Page<FunctionView>>;
  getFunction(by: Caller, ref: FunctionRef): Promise<FunctionView>;
  getCode(by: Caller, ref: FunctionRef): Promise<Code | null>;
  updateFunction(by: Caller, ref: FunctionRef, input: UpdateFunction & Kept): Promise<DeployResult>;
  deleteFunction(by: Caller, ref: FunctionRef): Promise<void>;
  /** Builds the newest source again if it was never built, starts it, probes it and makes it live. */
  deploy(by: Caller, ref: FunctionRef, input?: Deploy): Promise<DeployResult>;
  /** Makes `version` live again, or the one before the live one. An unambiguous prefix of 8 digits or more is enough. */
  rollback(by: Caller, ref: FunctionRef, version?: string, message?: string): Promise<DeployResult>;

  invoke(by: Caller, ref: FunctionRef, input: Invoke, signal: AbortSignal): Promise<InvokeResult>;
  /** Hands a request on to the fronts, as a client's own: they decide who may. */
  callEdge(request: EdgeRequest): Promise<Response>;
  /** Accepts the invocation and answers with its request id; the outcome is in the logs. */
  invokeAsync(by: Caller, ref: FunctionRef, input: Invoke): Promise<{ readonly requestId: string }>;

  /** Runs source in an instance of its own, of which nothing is left when the answer comes. */
  tryOut(by: Caller, input: Tryout, signal: AbortSignal): Promise<InvokeResult>;
  /** Neither runs nor keeps the source. */
  validate(code: string): Promise<Validation>;

  logs(by: Caller, ref: FunctionRef, query: LogQuery): Promise<LogPage>;
  /** The newest first. */
  executions(
    by: Caller,
    ref: FunctionRef,
    query: Pick<LogQuery, 'limit' | 'cursor' | 'since' | 'until'>,
  ): Promise<Page<Execution>>;
  /** New entries as they come, until `signal` aborts; rejects with the next one when `by` has lost access. */
  followLogs(by: Caller, ref: FunctionRef, query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry>;

  /** What the limiters in the function's rules have counted; rejects with FN_008 when a front does not answer. */
  listRateLimits(by: Caller, ref: FunctionRef): Promise<readonly RateLimiterView[]>;

  /** Lets the owner of a key in again; rejects with FN_001 when nothing was counted of it. */
  resetRateLimit(by: Caller, ref: FunctionRef, name: string, key: string): Promise<void>;

  /** How the answers of the function's shadow compare, up to a second ago; rejects with FN_001 when it has none. */
  getShadow(by: Caller, ref: FunctionRef): ShadowView;
  /** What the router would do with a request. */
  explain(by: Caller, request: ExplainedRequest): Promise<Explanation>;

  /** Resolves when invocations that begin now will be told. */
  createTail(by: Caller, ref: FunctionRef, filters: readonly TailFilter[]): Promise<TailView>;
  listTails(by: Caller, ref: FunctionRef): readonly TailView[];
  /** False if the function has no such tail. */
  deleteTail(by: Caller, ref: FunctionRef, id: string): boolean;
  /** The id of a tail is what opens it. */
  hasTail(id: string): boolean;
  /** Undefined if there is none, or if it has its client; otherwise what to call when the client leaves. */
  connectTail(id: string, client: TailClient): (() => void) | undefined;

  /** Where an address is; rejects with FN_006 for what is none. */
  findAddress(address: string): Promise<PlacedAddress>;

  /** What runs now; of one function if `ref` is given. */
  listInstances(by: Caller, ref?: FunctionRef): readonly InstanceView[];
  getInstance(by: Caller, id: string): InstanceView;
  /** A sample at once and one each second, until the instance ends or `signal` aborts. */
  watchInstance(by: Caller, id: string, signal: AbortSignal): AsyncIterable<InstanceSample>;

  listEnv(by: Caller, ref: FunctionRef): Promise<readonly EnvVariable[]>;
  /** Sets a variable; a function that is live gets a new version with it, which is deployed. */
  setEnv(by: Caller, ref: FunctionRef, input: SetEnv): Promise<DeployResult>;
  deleteEnv(by: Caller, ref: FunctionRef, key: string): Promise<DeployResult>;

  listSecrets(by: Caller, ref: FunctionRef): Promise<readonly SecretView[]>;
  /** The newest first; also of one that was deleted. */
  secretHistory(by: Caller, ref: FunctionRef, name: string): Promise<readonly SecretVersion[]>;
  /** Functions go on meanwhile. */
  rotateMasterKey(by: Caller): Promise<MasterKeyChange>;

  listVersions(by: Caller, ref: FunctionRef, query: ListVersions): Promise<Page<VersionRecord>>;
  getVersion(by: Caller, ref: FunctionRef, version: string): Promise<VersionRecord>;
  /** The capnp text that the version's instances run with, secrets blanked. */
  getVersionConfig(by: Caller, ref: FunctionRef, version: string): Promise<string>;
  /** The newest first. */
  listDeployments(by: Caller, ref: FunctionRef, page: PageRequest): Promise<Page<DeploymentRecord>>;
  getDeployment(by: Caller, ref: FunctionRef, deployment: string): Promise<DeploymentRecord>;
  /** When it resolves, every front shares the traffic so. */
  createDeployment(by: Caller, ref: FunctionRef, input: CreateDeployment): Promise<DeploymentRecord>;

  /** Rejects with FN_006 (409) while another goes on. When it resolves, the first step is live. */
  startRollout(by: Caller, ref: FunctionRef, input: StartRollout): Promise<RolloutView>;
  /** The newest first. */
  listRollouts(by: Caller, ref: FunctionRef, page: PageRequest): Promise<Page<RolloutView>>;
  getRollout(by: Caller, ref: FunctionRef, rollout: string): Promise<RolloutView>;
  commandRollout(
    by: Caller,
    ref: FunctionRef,
    rollout: string,
    command: RolloutCommand,
  ): Promise<RolloutView>;

  /** By name. */
  listAliases(by: Caller, ref: FunctionRef): Promise<readonly AliasView[]>;
  getAlias(by: Caller, ref: FunctionRef, name: string): Promise<AliasView>;
  /** Makes it if there is none. */
  setAlias(by: Caller, ref: FunctionRef, name: string, version: string): Promise<AliasView>;
  deleteAlias(by: Caller, ref: FunctionRef, name: string): Promise<void>;

  viewCache(by: Caller): Promise<CacheView>;
  /** How many entries are forgotten. When it resolves, no front gives any of them. */
  purgeCache(by: Caller, purge: CachePurge): Promise<number>;

  /** A code that is good once: for the program that knows what the challenge was made of. */
  startLogin(actor: Actor, request: StartLogin): string;
  /** Rejects with FN_009 for a code that is not good. */
  finishLogin(from: Omit<Caller, 'actor'>, request: FinishLogin): Promise<LoginTokens>;
  refreshLogin(from: Omit<Caller, 'actor'>, refreshToken: string, clientId: string): Promise<LoginTokens>;
  /** The login's key opens nothing any more when it resolves. What is no refresh token is left alone. */
  endLogin(from: Omit<Caller, 'actor'>, refreshToken: string): Promise<void>;
  /**
   * Says which static files a version of the function is to have; the function need not exist yet. The answer tells
   * which of them to send, and the token with which.
   */
  announceAssets(by: Caller, of: AssetsOwner, files: Readonly<Record<string, unknown>>): Promise<Announced>;
  /** Takes files that were announced: the token says for what. `by` is null where it is the only credential. */
  receiveAssets(token: string, uploads: AsyncIterable<UploadedFile>, by: Caller | null): Promise<Received>;
  /** What `createFunction` and `updateFunction` take as `assets`, once all that was announced has been sent. */
  settleAssets(by: Caller, of: AssetsOwner, token: string, config: AssetsConfig): Promise<VersionAssets>;
  /** By project, name and schedule. */
  listSchedules(by: Caller, query: ListSchedules): Promise<Page<ScheduleView>>;
  functionSchedules(by: Caller, ref: FunctionRef): Promise<readonly ScheduleView[]>;
  /** Calls the handler now, as for the schedule. */
  runSchedule(
    by: Caller,
    ref: FunctionRef,
    input: { readonly cron: string; readonly requestId: string },
    signal: AbortSignal,
  ): Promise<ScheduledRunResult>;

  /** Dispatch namespaces of a project, by name. */
  listNamespaces(by: Caller, project: string): Promise<readonly DispatchNamespace[]>;
  getNamespace(by: Caller, project: string, name: string): Promise<DispatchNamespace>;
  createNamespace(by: Caller, project: string, name: string): Promise<DispatchNamespace>;
  /** Its functions are renamed with it. */
  renameNamespace(by: Caller, project: string, name: string, to: string): Promise<DispatchNamespace>;
  /** With its functions. */
  deleteNamespace(by: Caller, project: string, name: string): Promise<void>;
  /** Changes what the classes of a function's Durable Objects are called, or removes some with what they store. */
  migrateObjects(by: Caller, ref: FunctionRef, migration: ObjectMigration): Promise<void>;

  /** Undefined for a token that is of no key. */
  identify(token: string): Identity | undefined;
  /** When it resolves, the key is good here and at every front. */
  createKey(by: Caller, input: CreateKey): Promise<CreatedKey>;
  listKeys(by: Caller, page: PageRequest): Promise<Page<KeyRecord>>;
  getKey(by: Caller, id: string): Promise<KeyRecord>;
  /** When it resolves, the key opens nothing any more. */
  revokeKey(by: Caller, id: string): Promise<KeyRecord>;
  /** Keys of functions' visitors. When it resolves, the key is good at every front. */
  createApiKey(by: Caller, input: CreateApiKey): Promise<CreatedApiKey>;
  listApiKeys(
    by: Caller,
    query: PageRequest & { readonly project?: string | undefined; readonly function?: string | undefined },
  ): Promise<Page<ApiKeyRecord>>;
  revokeApiKey(by: Caller, id: string): Promise<ApiKeyRecord>;
  /** A URL of the function that is good for one request, for a time. */
  signUrl(by: Caller, ref: FunctionRef, input: SignUrl): Promise<SignedUrl>;
  audit(by: Caller, query: AuditQuery): Promise<Page<AuditRecord>>;
  /** Puts it into the audit log, if not at once. */
  noteRefusal(refusal: Refusal): void;

  /** Of TLS. The key of none is told. */
  listCertificates(by: Caller): Promise<readonly CertificateView[]>;
  /** When it resolves, a certificate that was given is served, and one that is to be ordered is being so. */
  addCertificate(by: Caller, input: CreateCertificate): Promise<CertificateView>;
  removeCertificate(by: Caller, name: string): Promise<void>;

  health(): Promise<HealthReport>;
  /** True once fronts serve the newest table. */
  ready(): boolean;
  info(): Promise<InfoReport>;
}
