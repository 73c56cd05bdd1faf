// What the control API can ask for. `api/` turns HTTP into these calls and their results into HTTP; the
// implementation behind is the one place that knows store, bundler, supervisor and telemetry together.

import type { ConsoleLevel } from '../../edge/contract/console-line.ts';
import type {
  Code,
  CreateFunction,
  DeploymentRecord,
  EnvVariable,
  FunctionRecord,
  FunctionStatus,
  SetEnv,
  UpdateFunction,
  VersionRecord,
} from '../model/function.ts';

/** A function as the API shows it, before field names are turned into the interface's. */
export interface FunctionView {
  readonly record: FunctionRecord;
  /** What `auto` chose for the live version; null before the first version. */
  readonly convention: string | null;
  readonly envNames: readonly string[];
  /** The first is the host's. */
  readonly urls: readonly string[];
  readonly lastInvokedAt: string | null;
}

export interface DeployResult {
  readonly view: FunctionView;
  /** Absent for a draft. */
  readonly version?: VersionRecord;
  readonly buildLogs: readonly string[];
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

export interface ListFunctions extends PageRequest {
  readonly project?: string | undefined;
  readonly status?: FunctionStatus | undefined;
  /** Part of the name. */
  readonly search?: string | undefined;
}

/** Names a function: an id, or a name in a project. */
export interface FunctionRef {
  readonly idOrName: string;
  /** Defaults to `default` when `idOrName` is a name. */
  readonly project?: string | undefined;
}

export interface Invoke {
  /** Request id to use, so that the caller's and the log's are one; made if absent. */
  readonly requestId?: string | undefined;
  readonly event?: unknown;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

export interface LogLine {
  readonly level: ConsoleLevel;
  readonly message: string;
  /** ISO 8601. */
  readonly time: string;
  /** Mapped to the user's source; on uncaught errors. */
  readonly stack?: string;
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
    readonly error?: string;
  };
}

export interface LogQuery extends PageRequest {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** This level and the more severe ones. */
  readonly level?: ConsoleLevel | undefined;
  readonly search?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface LogPage extends Page<LogEntry> {
  /** Lines of this function that were lost since it was created, under pressure or with a killed instance. */
  readonly dropped: number;
}

export interface HealthReport {
  readonly status: 'ok' | 'degraded';
  readonly uptimeSeconds: number;
  /** Each reason that the status is not ok, in a sentence. */
  readonly problems: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

export interface InfoReport {
  readonly version: string;
  readonly workerd: string;
  readonly node: string;
  readonly sandbox: string;
  readonly edge: string;
  readonly domain: string;
  readonly fronts: number;
  readonly slots: number;
  /** A sentence for each kind of wall around an instance. */
  readonly isolation: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, unknown>>;
}

/** Everything rejects with `AppError` for what a user or operator can cure. */
export interface Platform {
  createFunction(input: CreateFunction): Promise<DeployResult>;
  listFunctions(query: ListFunctions): Promise<Page<FunctionView>>;
  getFunction(ref: FunctionRef): Promise<FunctionView>;
  getCode(ref: FunctionRef): Promise<Code | null>;
  updateFunction(ref: FunctionRef, input: UpdateFunction): Promise<DeployResult>;
  deleteFunction(ref: FunctionRef): Promise<void>;
  /** Builds the newest source again if it was never built, starts it, probes it and makes it live. */
  deploy(ref: FunctionRef): Promise<DeployResult>;
  /** Makes `version` live again, or the one before the live one. An unambiguous prefix of 8 digits or more is enough. */
  rollback(ref: FunctionRef, version?: string): Promise<DeployResult>;

  invoke(ref: FunctionRef, input: Invoke, signal: AbortSignal): Promise<InvokeResult>;
  /** Accepts the invocation and answers with its request id; the outcome is in the logs. */
  invokeAsync(ref: FunctionRef, input: Invoke): Promise<{ readonly requestId: string }>;

  logs(ref: FunctionRef, query: LogQuery): Promise<LogPage>;
  /** New entries as they come, until `signal` aborts. */
  followLogs(ref: FunctionRef, query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry>;

  listEnv(ref: FunctionRef): Promise<readonly EnvVariable[]>;
  /** Sets a variable; a function that is live gets a new version with it, which is deployed. */
  setEnv(ref: FunctionRef, input: SetEnv): Promise<DeployResult>;
  deleteEnv(ref: FunctionRef, key: string): Promise<DeployResult>;

  listVersions(ref: FunctionRef, page: PageRequest): Promise<Page<VersionRecord>>;
  getVersion(ref: FunctionRef, version: string): Promise<VersionRecord>;
  /** The capnp text that the version's instances run with, secrets blanked. */
  getVersionConfig(ref: FunctionRef, version: string): Promise<string>;
  listDeployments(ref: FunctionRef, page: PageRequest): Promise<Page<DeploymentRecord>>;

  health(): Promise<HealthReport>;
  /** True once fronts serve the newest table. */
  ready(): boolean;
  info(): Promise<InfoReport>;
}
