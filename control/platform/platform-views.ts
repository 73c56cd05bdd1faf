// What calls of the platform take and give, besides the records of `model/`: functions, invocations, logs, instances and
// reports as the API shows them. Types alone, which is why they may stand in one long file.

import type { ConsoleLevel } from '../../edge/contract/console-line.ts';
import type { ExplainAnswer, ExplainRequest, ShadowReport } from '../../edge/contract/front-api.ts';
import type { Actor, KeyRecord } from '../model/access.ts';
import type { ApiKeyRecord } from '../model/api-key.ts';
import type { AuditAction } from '../model/audit.ts';
import type { OrderState } from '../model/certificate.ts';
import type { ScheduleRun } from '../model/cron.ts';
import type { FunctionRecord, FunctionStatus, VersionRecord } from '../model/function.ts';
import type { RolloutRecord } from '../model/rollout.ts';
import type { RateLimiter } from '../model/rules/rate-limits.ts';
import type { SecretVersion } from '../model/secret-version.ts';
import type { Shadow } from '../model/shadow.ts';

/** A secret of a function, as of now. */
export interface SecretView extends Omit<SecretVersion, 'deletedAt'> {
  /** Number of the value that the live version has; null where it has none, or one that is not remembered. */
  readonly live: number | null;
}

/** What a limiter has counted, at all fronts together. */
export interface RateLimiterView {
  readonly limiter: RateLimiter;
  readonly allowed: number;
  readonly refused: number;
  /** Questions of fronts to each other. */
  readonly asked: number;
  /** Known now to the front that knows most of them. */
  readonly keys: number;
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
/** What the cache keeps, with the functions that the caller may see. */
export interface CacheView {
  readonly bytes: number;
  readonly bytesMax: number;
  readonly entries: number;
  readonly evicted: number;
  readonly collapsed: number;
  readonly functions: readonly {
    readonly id: string;
    readonly name: string;
    readonly project: string;
    readonly entries: number;
    readonly bytes: number;
    readonly hits: number;
    readonly misses: number;
    readonly stored: number;
  }[];
}

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
/** A request that nobody sends. */
export type ExplainedRequest = ExplainRequest;

/** What would be done with it. */
export type Explanation = ExplainAnswer;

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

export interface SignedUrl {
  readonly url: string;
  readonly method: string;
  readonly expiresAt: string;
}

export interface CreatedApiKey {
  readonly key: ApiKeyRecord;
  /** Told once. */
  readonly token: string;
}

export interface ListApiKeys extends PageRequest {
  readonly project?: string | undefined;
  readonly functionId?: string | undefined;
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

export interface CertificateView {
  readonly name: string;
  readonly source: 'file' | 'upload' | 'acme';
  readonly domains: readonly string[];
  /** Whoever connects now gets this one. */
  readonly served: boolean;
  /** For clients that name no host, or an unknown one. */
  readonly fallback: boolean;
  /** Times are milliseconds since the epoch; null for one that is ordered for the first time. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
  readonly issuer: string | null;
  readonly fingerprint: string | null;
  /** Null where it is not ordered by the platform. */
  readonly order: (OrderState & { readonly state: 'waiting' | 'ordering' | 'valid' | 'failing' }) | null;
  /** Null for a file. */
  readonly author: string | null;
  readonly createdAt: string | null;
}

export interface InfoReport {
  readonly version: string;
  readonly workerd: string;
  readonly node: string;
  readonly sandbox: string;
  /** What keeps instances apart, a sentence for each: memory, cpu and so on. */
  readonly isolation: Readonly<Record<string, string>>;
  readonly edge: string;
  /** Null where no TLS is served. */
  readonly tls: { readonly port: number } | null;
  readonly domain: string;
  readonly fronts: number;
  readonly slots: number;
  readonly limits: Readonly<Record<string, unknown>>;
  /** What versions are signed with. */
  readonly signing: { readonly algorithm: 'ed25519'; readonly keyId: string; readonly publicKey: string };
}
