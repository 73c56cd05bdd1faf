// What the control API can ask for. `api/` turns HTTP into these calls and their results into HTTP; the
// implementation behind is the one place that knows store, bundler, supervisor and telemetry together.

import type { ConsoleLevel } from '../../edge/contract/console-line.ts';
import type { ShadowReport } from '../../edge/contract/front-api.ts';
import type { Actor, Caller, CreateKey, KeyRecord } from '../model/access.ts';
import type { AssetsConfig, VersionAssets } from '../model/assets.ts';
import type { AuditAction, AuditRecord } from '../model/audit.ts';
import type { ScheduleRun } from '../model/cron.ts';
import type { CreateDeployment } from '../model/deployment.ts';
import type { DispatchNamespace } from '../model/dispatch-namespace.ts';
import type {
  Code,
  CreateFunction,
  Deploy,
  DeploymentRecord,
  EnvVariable,
  FunctionRecord,
  FunctionStatus,
  Kept,
  SetEnv,
  UpdateFunction,
  VersionRecord,
} from '../model/function.ts';
import type { RolloutRecord, StartRollout } from '../model/rollout.ts';
import type { SecretVersion } from '../model/secret-version.ts';
import type { Shadow } from '../model/shadow.ts';
import type { TailEvent, TailFilter } from '../model/tail.ts';

import type { Announced, Received } from './assets/assets.ts';
import type { UploadedFile } from './assets/receive-files.ts';

import type { ProjectOperations } from './project-operations.ts';

export type {
  EffectiveVariable,
  EnvironmentView,
  OverlayChange,
  ProjectView,
  Promotion,
} from './project-operations.ts';

/** A secret of a function, as of now. */
export interface SecretView extends Omit<SecretVersion, 'deletedAt'> {
  /** Number of the value that the live version has; null where it has none, or one that is not remembered. */
  readonly live: number | null;
}

/** A function as the API shows it, before field names are turned into the interface's. */
export interface FunctionView {
  readonly record: FunctionRecord;
  /** What `auto` chose for the live version; null before the first version. */
  readonly convention: string | null;
  readonly envNames: readonly string[];
  /** The first is the host's. */
  readonly urls: readonly string[];
  readonly lastInvokedAt: string | null;
  /** Requests since it was created. A control that is killed loses the counts of its last seconds. */
  readonly invocations: number;
  /** Of the live version or, without one, of the newest; of the deploy that failed, if none has worked since. */
  readonly buildLogs: readonly string[];
  /** What is being done to make a version of it live, once that is built; null otherwise. */
  readonly deploying: 'starting' | 'probing' | null;
  /** Null while its instances do well. */
  readonly crashes: FunctionCrashes | null;
}

/** Instances of the function that ended by themselves, or did not start, in a row. */
export interface FunctionCrashes {
  readonly count: number;
  /** The row is so long that it is one: the status is `failed`. */
  readonly loop: boolean;
  readonly code: string | null;
  readonly reason: string | null;
  /** The end of what the last one wrote. */
  readonly lastOutput: string | null;
  /** ISO 8601; null when the next request may start one. */
  readonly nextStartAt: string | null;
}

export interface DeployResult {
  readonly view: FunctionView;
  /** Absent for a draft. */
  readonly version?: VersionRecord;
  readonly buildLogs: readonly string[];
}

/** Ids of the master keys, before and after, and how many data keys were wrapped again. */
export interface MasterKeyChange {
  readonly source: 'file' | 'command';
  readonly from: string;
  readonly to: string;
  readonly dataKeys: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null on the last page. */
  readonly cursor: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface ListVersions extends PageRequest {
  /** Only with exactly this tag. */
  readonly tag?: string | undefined;
}

/** A name of a function's own for one of its versions. */
export interface AliasView {
  readonly name: string;
  readonly version: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  /** Where the version answers by this name. */
  readonly url: string;
}

export type RolloutCommand = 'promote' | 'pause' | 'resume' | 'abort';

/** What one version answered since the step of a rollout began. */
export interface RolloutFigures {
  readonly answered: number;
  readonly failed: number;
  /** Times to the response's head: below 1, 2, 4, ... 2^15 ms, and above. */
  readonly histogram: readonly number[];
}

export interface RolloutView {
  readonly record: RolloutRecord;
  /** Null for one that is over. */
  readonly figures: { readonly now: RolloutFigures; readonly old: RolloutFigures } | null;
}

export interface ListFunctions extends PageRequest {
  readonly project?: string | undefined;
  /** Only of these. */
  readonly projects?: readonly string[] | null;
  readonly environment?: string | undefined;
  readonly status?: FunctionStatus | undefined;
  /** Part of the name. */
  readonly search?: string | undefined;
}

export type { UploadedFile };

/** The function that static files are for. */
export interface AssetsOwner {
  readonly project: string;
  /** Its name. */
  readonly function: string;
}

/** Names a function: an id, or a name in a project. */
export interface FunctionRef {
  readonly idOrName: string;
  /** Defaults to `default` when `idOrName` is a name. */
  readonly project?: string | undefined;
  /** With it a name is a base: `hello` in `staging` is the function `hello-staging`. */
  readonly environment?: string | undefined;
}

export interface Invoke {
  /** Request id to use, so that the caller's and the log's are one; made if absent. */
  readonly requestId?: string | undefined;
  readonly event?: unknown;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Path at which the function is to believe itself mounted: `/p/shop/functions/cart`. */
  readonly mount?: string | undefined;
  /** In place of the function's own timeout, for this call. */
  readonly timeoutMs?: number | undefined;
  /**
   * `response` is what an `event` or `data` handler returned, as it is: `{statusCode, body}` is then an object
   * like any other.
   */
  readonly asReturned?: boolean | undefined;
  /** A schedule's call: `event` is `{cron, scheduledTime}`. */
  readonly scheduled?: boolean | undefined;
}

export interface ObjectMigration {
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  readonly deleted: readonly string[];
}

/** Source that is to run once. */
export interface Tryout {
  /** Inline source of a `baas` handler, or a stored function's. */
  readonly source: { readonly code: string } | { readonly function: FunctionRef };
  /** Of inline source: whose project it says it is of. */
  readonly project: string;
  /** Beside the stored function's own, or all there are. */
  readonly environment: Readonly<Record<string, string>>;
  /** Without a network, whatever the source's own egress is. */
  readonly isolated: boolean;
  readonly request: Invoke;
}

export interface Finding {
  readonly message: string;
  /** One-based; null for a fault of the whole. */
  readonly line: number | null;
  readonly column: number | null;
}

/** What a deployment of the source would say, and what looks dangerous in it. */
export interface Validation {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** The exported `config`; null without one. */
  readonly config: unknown;
}

export interface LogLine {
  readonly level: ConsoleLevel;
  readonly message: string;
  /** ISO 8601. */
  readonly time: string;
  /** Mapped to the user's source; on uncaught errors. */
  readonly stack?: string;
}

/** A request for a function that came to the control address. */
export interface EdgeRequest {
  readonly method: string;
  /** With the query: `/p/shop/functions/cart?id=3`. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

export interface InvokeResult {
  readonly requestId: string;
  readonly status: 'success' | 'error';
  /** The body: parsed when it is JSON, text when it is text, base64 otherwise. */
  readonly response: unknown;
  /** HTTP status and headers of the function's own response. */
  readonly http: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
  readonly logs: readonly LogLine[];
  readonly durationMs: number;
  /** CPU time that the instance used meanwhile; null where it could not be read. */
  readonly cpuMs: number | null;
  readonly memoryBytes: number | null;
  readonly coldStart: boolean;
  readonly version: string;
  readonly error?: { readonly code: string; readonly message: string; readonly stack?: string };
}

/** One entry of a function's log: a console line, an uncaught error, or an invocation. */
export interface LogEntry {
  readonly id: string;
  readonly kind: 'console' | 'error' | 'invocation';
  readonly time: string;
  readonly level: ConsoleLevel;
  readonly message: string;
  readonly requestId: string | null;
  readonly version: string | null;
  readonly stack?: string;
  /** Of invocations. */
  readonly invocation?: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly durationMs: number;
    readonly coldStart: boolean;
    /** It was a copy of a request, made for a shadow. */
    readonly shadow?: boolean;
    readonly error?: string;
    /** Of the instance that served it, seen soon after; absent where it could not be read. */
    readonly memoryBytes?: number;
  };
}

/** An invocation with what was logged for it, the oldest line first. */
export interface Execution {
  readonly invocation: LogEntry & Required<Pick<LogEntry, 'invocation'>>;
  readonly lines: readonly LogEntry[];
}

/** What was found since the version is the function's shadow. */
export interface ShadowView extends Omit<ShadowReport, 'function' | 'version'> {
  readonly shadow: Shadow;
}

export interface LogQuery extends PageRequest {
  readonly kind?: LogEntry['kind'] | undefined;
  /** False leaves invocations of shadows out. */
  readonly shadows?: false | undefined;
  /** Entries that are left out before the first; of use to who counts and has no cursor. */
  readonly offset?: number | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** This level and the more severe ones. */
  readonly level?: ConsoleLevel | undefined;
  readonly search?: string | undefined;
  readonly requestId?: string | undefined;
}

/** A process that serves a function. */
export interface InstanceView {
  readonly id: string;
  readonly functionId: string;
  readonly functionName: string;
  readonly project: string;
  readonly version: string;
  /** MB that the function may use in it. */
  readonly memory: number;
  readonly vcpu: number;
  /** ISO 8601. */
  readonly readyAt: string;
  /** The kernel's own numbers; null where it has none. */
  readonly usage: {
    readonly cpuMs: number;
    readonly memoryBytes: number;
    readonly peakMemoryBytes: number;
  } | null;
}

/** What an instance used, as of a time. */
export interface InstanceSample {
  /** ISO 8601. */
  readonly time: string;
  readonly cpuMs: number;
  /** Of one processor, since the sample before; null in the first. */
  readonly cpuPercent: number | null;
  readonly memoryBytes: number;
  readonly peakMemoryBytes: number;
}

export interface LogPage extends Page<LogEntry> {
  /** Lines of this function that were lost since it was created, under pressure or with a killed instance. */
  readonly dropped: number;
}

/** Whose token it is; one that has expired says so to whoever has it. */
export interface Identity {
  readonly actor: Actor;
  readonly expired: boolean;
}

export interface CreatedKey {
  readonly key: KeyRecord;
  /** Told once. */
  readonly token: string;
}

export interface AuditQuery extends PageRequest {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Id or name. */
  readonly actor?: string | undefined;
  readonly action?: AuditAction | undefined;
  readonly project?: string | undefined;
  /** Id or name. */
  readonly function?: string | undefined;
  /** Only what happened in these projects, or was done by this actor. */
  readonly visibleTo?: { readonly projects: readonly string[]; readonly actor: string } | undefined;
}

/** What a command line begins a login with. */
export interface StartLogin {
  readonly clientId: string;
  readonly redirectUri: string;
  /** SHA-256 of the verifier, as base64url. */
  readonly challenge: string;
}

export interface FinishLogin extends Omit<StartLogin, 'challenge'> {
  readonly code: string;
  readonly verifier: string;
}

export interface LoginTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

/** A request that was refused with 401 or 403. */
export interface Refusal {
  /** Null where the credential is of nobody. */
  readonly actor: Actor | null;
  readonly requestId: string;
  readonly address: string | null;
  readonly status: 401 | 403;
  /** Name of the operation; null for a path that is none. */
  readonly operation: string | null;
}

/** When a function's `scheduled` handler is called. */
export interface ScheduleView {
  readonly record: FunctionRecord;
  readonly cron: string;
  /** ISO 8601; null while the function is disabled or was never deployed. */
  readonly next: string | null;
  /** Null before the first. */
  readonly last: ScheduleRun | null;
}

export interface ListSchedules extends PageRequest {
  readonly project?: string | undefined;
}

export interface ScheduledRunResult {
  readonly cron: string;
  readonly scheduledAt: string;
  readonly result: InvokeResult;
}

export interface HealthReport {
  readonly status: 'ok' | 'degraded';
  readonly uptimeSeconds: number;
  /** Each reason that the status is not ok, in a sentence. */
  readonly problems: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** Of all instances, what they may have, and of control itself. */
  readonly memory: {
    readonly usedBytes: number;
    readonly limitBytes: number;
    readonly controlBytes: number;
  };
  /** Of the machine: processes that wanted a processor in the last 1, 5 and 15 minutes. */
  readonly cpu: { readonly load: readonly number[]; readonly cores: number };
  readonly sandbox: { readonly available: boolean; readonly description: string };
  /** Of all functions since control started. Failed is what was answered with a status of 500 or more. */
  readonly invocations: { readonly total: number; readonly failed: number };
}

export interface InfoReport {
  readonly version: string;
  readonly workerd: string;
  readonly node: string;
  readonly sandbox: string;
  /** What keeps instances apart, a sentence for each: memory, cpu and so on. */
  readonly isolation: Readonly<Record<string, string>>;
  readonly edge: string;
  readonly domain: string;
  readonly fronts: number;
  readonly slots: number;
  readonly limits: Readonly<Record<string, unknown>>;
  /** What versions are signed with. */
  readonly signing: { readonly algorithm: 'ed25519'; readonly keyId: string; readonly publicKey: string };
}

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

export interface Platform extends ProjectOperations {
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

  /** How the answers of the function's shadow compare, up to a second ago; rejects with FN_001 when it has none. */
  getShadow(by: Caller, ref: FunctionRef): ShadowView;

  /** Resolves when invocations that begin now will be told. */
  createTail(by: Caller, ref: FunctionRef, filters: readonly TailFilter[]): Promise<TailView>;
  listTails(by: Caller, ref: FunctionRef): readonly TailView[];
  /** False if the function has no such tail. */
  deleteTail(by: Caller, ref: FunctionRef, id: string): boolean;
  /** The id of a tail is what opens it. */
  hasTail(id: string): boolean;
  /** Undefined if there is none, or if it has its client; otherwise what to call when the client leaves. */
  connectTail(id: string, client: TailClient): (() => void) | undefined;

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
  audit(by: Caller, query: AuditQuery): Promise<Page<AuditRecord>>;
  /** Puts it into the audit log, if not at once. */
  noteRefusal(refusal: Refusal): void;

  health(): Promise<HealthReport>;
  /** True once fronts serve the newest table. */
  ready(): boolean;
  info(): Promise<InfoReport>;
}
