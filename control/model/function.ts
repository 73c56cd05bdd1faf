// A function: what a user owns. The schemas here are the single check of what comes from outside; behind
// them the code relies on the types.

import { z } from 'zod';
import type { VersionAudit } from './advisories.ts';
import type { VersionAssets } from './assets.ts';
import { bindingsSchema, type VersionBinding } from './binding.ts';
import { cronsSchema } from './cron.ts';
import { type Egress, egressSchema } from './egress.ts';
import type { BundleHash, DeploymentId, FunctionId, VersionId } from './ids.ts';
import * as limits from './limits.ts';
import type { ReadyMade } from './ready-made.ts';
import { routePatternSchema } from './route-pattern.ts';
import { type Rules, routeRulesSchema, rulesSchema } from './rules.ts';
import { type Shadow, shadowSchema } from './shadow.ts';
import { type Sticky, stickySchema } from './sticky.ts';
import type { DeploymentDetails, VersionAnnotations } from './version.ts';

export const CONVENTIONS = ['module', 'fetch', 'event', 'data', 'baas'] as const;
export type Convention = (typeof CONVENTIONS)[number];

export const STATUSES = ['draft', 'building', 'deployed', 'failed', 'disabled'] as const;
export type FunctionStatus = (typeof STATUSES)[number];

/** A function's or project's name is a host label and a path segment, so it holds nothing else. */
export const nameSchema = z
  .string()
  .max(limits.nameLengthMax, `must be at most ${limits.nameLengthMax} characters, as it is a host label`)
  .regex(
    /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/,
    'must be lower-case letters, digits, "-" and "_", and begin and end with a letter or digit',
  );

const ISOLATE_RUNTIMES = /^(node|javascript|typescript|nodejs(14|16|18|20|22|24)(\.x)?|node(18|20|22|24))$/;
const CONTAINER_RUNTIMES = /^(python|python3\.\d+|go|go1\.\d+|bun|deno|custom)$/;

/** Which backend serves a runtime; undefined for a name that nobody knows. */
export function backendOf(runtime: string): 'isolate' | 'container' | undefined {
  if (ISOLATE_RUNTIMES.test(runtime)) return 'isolate';
  return CONTAINER_RUNTIMES.test(runtime) ? 'container' : undefined;
}

export const runtimeSchema = z.string().refine((runtime) => backendOf(runtime) === 'isolate', {
  error: (issue) =>
    backendOf(String(issue.input)) === 'container'
      ? `is "${issue.input}", which this version of Selvedge cannot run yet: use nodejs18, nodejs20, nodejs22, nodejs24, node, javascript or typescript`
      : `is "${String(issue.input).slice(0, 80)}": use nodejs18, nodejs20, nodejs22, nodejs24, node, javascript or typescript`,
});

/** POSIX says names of environment variables are letters, digits and "_", not beginning with a digit. */
export const environmentNameSchema = z
  .string()
  .max(limits.environmentNameLengthMax)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be letters, digits and "_", and not begin with a digit')
  .refine((name) => !name.startsWith('__selvedge'), 'names that begin with "__selvedge" are the platform\'s');

/** What is stored and built is UTF-8, which would hold another text than was sent. */
const isText = (text: string): boolean => text.isWellFormed();
const notText = 'holds half of a surrogate pair, which has no UTF-8 form';

export const environmentValueSchema = z
  .string()
  .refine(isText, notText)
  .refine((value) => value.length <= limits.environmentValueBytesMax, {
    error: `must be at most ${limits.environmentValueBytesMax} characters`,
  });

export const environmentSchema = z
  .record(environmentNameSchema, environmentValueSchema)
  .refine((map) => Object.keys(map).length <= limits.environmentVariablesMax, {
    error: `holds more than ${limits.environmentVariablesMax} variables`,
  });

/** npm's own rule for package names, and any range text that npm itself will judge. */
const dependenciesSchema = z
  .record(
    z.string().regex(/^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/, 'is not an npm package name'),
    z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^\s:/\\][^:/\\]*$/, 'must be a version range such as "^1.2.0" or "latest"'),
  )
  .refine((map) => Object.keys(map).length <= limits.dependenciesMax, {
    error: `holds more than ${limits.dependenciesMax} packages`,
  });

const filePathSchema = z
  .string()
  .min(1)
  .max(512)
  .refine(isText, notText)
  .refine(
    (path) =>
      !path.startsWith('/') &&
      !path.includes('\\') &&
      !path.includes('\0') &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'must be a relative path with forward slashes and without "." or ".." parts',
  );

/** Source of one file. */
export const inlineCodeSchema = z
  .string()
  .min(1, 'is empty: send the source of a handler')
  .refine(isText, notText);

/** Inline source, or a map of file name to source. Binary files (Wasm) are `{base64}`. */
export const codeSchema = z.union([
  inlineCodeSchema,
  z
    .record(
      filePathSchema,
      z.union([z.string().refine(isText, notText), z.strictObject({ base64: z.base64() })]),
    )
    .refine((files) => Object.keys(files).length > 0, 'holds no file')
    .refine((files) => Object.keys(files).length <= limits.sourceFilesMax, {
      error: `holds more than ${limits.sourceFilesMax} files`,
    }),
]);
export type Code = z.infer<typeof codeSchema>;

export const routeSchema = z.strictObject({
  pattern: routePatternSchema,
  /** Upper-case HTTP methods; absent means all. */
  methods: z
    .array(z.string().regex(/^[A-Z]{1,20}$/, 'must be an upper-case HTTP method'))
    .min(1)
    .max(20)
    .optional(),
  /** What the edge does with requests that come by this route, in place of the function's own rules section by section. */
  rules: routeRulesSchema.optional(),
});
export type Route = z.infer<typeof routeSchema>;

export const scalingSchema = z.strictObject({
  minInstances: z
    .int()
    .min(0)
    .max(limits.instancesPerFunction.max)
    .default(limits.instancesPerFunction.defaultMin),
  maxInstances: z
    .int()
    .min(1)
    .max(limits.instancesPerFunction.max)
    .default(limits.instancesPerFunction.defaultMax),
  /** Requests an instance should have at a time before another is added; absent means `concurrency`. */
  targetConcurrency: z.int().min(1).max(limits.concurrencyPerInstance.max).optional(),
  idleSeconds: z
    .int()
    .min(limits.idleSeconds.min)
    .max(limits.idleSeconds.max)
    .default(limits.idleSeconds.default),
  queueLength: z
    .int()
    .min(limits.queueLength.min)
    .max(limits.queueLength.max)
    .default(limits.queueLength.default),
  queueSeconds: z
    .int()
    .min(limits.queueSeconds.min)
    .max(limits.queueSeconds.max)
    .default(limits.queueSeconds.default),
});
export type Scaling = z.infer<typeof scalingSchema>;

/** At most `requests` in any `seconds`, over all fronts. Null: as many as there are instances for. */
export const rateLimitSchema = z
  .strictObject({
    requests: z.int().min(limits.rateLimitRequests.min).max(limits.rateLimitRequests.max),
    seconds: z.int().min(limits.rateLimitSeconds.min).max(limits.rateLimitSeconds.max),
  })
  .nullable();
export type RateLimit = z.infer<typeof rateLimitSchema>;

/** The settings of a function without defaults: what `PUT` takes, any of them. */
export const settingsShape = {
  description: z.string().max(limits.descriptionLengthMax).refine(isText, notText),
  runtime: runtimeSchema,
  /** `file.export`, or an export of the entry file: `index.handler`, `handler`, `main.processOrder`. */
  handler: z
    .string()
    .max(200)
    .regex(
      /^[A-Za-z0-9_$./-]*[A-Za-z0-9_$]$/,
      'must look like "index.handler", "handler" or "main.processOrder"',
    ),
  convention: z.enum(['auto', ...CONVENTIONS]),
  timeout: z.int().min(limits.timeoutSeconds.min).max(limits.timeoutSeconds.max),
  memory: z.int().min(limits.memoryMb.min).max(limits.memoryMb.max),
  vcpu: z.int().min(limits.vcpus.min).max(limits.vcpus.max),
  cpu_ms: z.int().min(limits.cpuMs.min).max(limits.cpuMs.max).nullable(),
  wait_until_timeout: z.int().min(limits.waitUntilSeconds.min).max(limits.waitUntilSeconds.max),
  stream_timeout: z.int().min(limits.streamSeconds.min).max(limits.streamSeconds.max),
  egress: egressSchema,
  rate_limit: rateLimitSchema,
  concurrency: z.int().min(limits.concurrencyPerInstance.min).max(limits.concurrencyPerInstance.max),
  scaling: scalingSchema,
  public: z.boolean(),
  dependencies: dependenciesSchema,
  environment: environmentSchema,
  routes: z.array(routeSchema).max(limits.routesMax),
  /** What the edge does with its requests. */
  rules: rulesSchema,
  /** How a visitor is told again while traffic is split. */
  sticky: stickySchema,
  /** Variables that must be there at a deploy. */
  env_required: z.array(environmentNameSchema).max(limits.environmentVariablesMax),
  /** When the `scheduled` handler is called, in UTC. */
  crons: cronsSchema,
  bindings: bindingsSchema,
  compatibility_date: z.iso.date(),
  compatibility_flags: z.array(z.string().regex(/^[a-z0-9_]{1,100}$/)).max(50),
};

const minAtMostMax = (input: { scaling?: Scaling | undefined }): boolean =>
  input.scaling === undefined || input.scaling.minInstances <= input.scaling.maxInstances;
const minAtMostMaxMessage = {
  path: ['scaling', 'minInstances'],
  error: 'must not be more than scaling.maxInstances',
};

/** What is said of the version that is made. */
export const annotationShape = {
  message: z.string().max(limits.messageLengthMax).refine(isText, notText).optional(),
  tag: z.string().min(1).max(limits.tagLengthMax).refine(isText, notText).optional(),
};

/** `POST /functions/:id/deploy`. */
export const deploySchema = z.strictObject(annotationShape);
export type Deploy = z.infer<typeof deploySchema>;

/** What a dialect keeps with a function. No schema of the control API takes it. */
export interface Kept {
  /** Given ones take the place of those with the same name; the others stay. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Where a function is made: its name is then its base's. Absent: the name tells, see `placeFunction`. */
  readonly inEnvironment?: string | undefined;
  /** Of the version that is made. */
  readonly annotations?: Partial<VersionAnnotations> | undefined;
  readonly assets?: VersionAssets | null | undefined;
  readonly migrationTag?: string | null | undefined;
  /** In place of `code`: modules that run as they are. */
  readonly modules?: ReadyMade | undefined;
  /** In place of `environment`: all that there are to be, secrets among them. */
  readonly variables?: readonly KeptVariable[] | undefined;
}

export interface KeptVariable {
  readonly key: string;
  /** Null keeps the value that there is. */
  readonly value: string | null;
  readonly secret: boolean;
  readonly json?: true | undefined;
}

export const createFunctionSchema = z
  .strictObject({
    name: nameSchema,
    project: nameSchema.default('default'),
    code: codeSchema.optional(),
    /** False creates a draft, or a new version that is not made live. */
    deploy: z.boolean().default(true),
    ...annotationShape,
    ...settingsShape,
    description: settingsShape.description.default(''),
    runtime: settingsShape.runtime.default('nodejs24'),
    handler: settingsShape.handler.default('index.handler'),
    convention: settingsShape.convention.default('auto'),
    timeout: settingsShape.timeout.default(limits.timeoutSeconds.default),
    memory: settingsShape.memory.default(limits.memoryMb.default),
    vcpu: settingsShape.vcpu.default(limits.vcpus.default),
    cpu_ms: settingsShape.cpu_ms.default(null),
    wait_until_timeout: settingsShape.wait_until_timeout.default(limits.waitUntilSeconds.default),
    stream_timeout: settingsShape.stream_timeout.default(limits.streamSeconds.default),
    egress: settingsShape.egress.default('public'),
    rate_limit: settingsShape.rate_limit.default(null),
    concurrency: settingsShape.concurrency.default(limits.concurrencyPerInstance.default),
    scaling: settingsShape.scaling.prefault({}),
    public: settingsShape.public.default(false),
    dependencies: settingsShape.dependencies.default({}),
    environment: settingsShape.environment.default({}),
    routes: settingsShape.routes.default([]),
    rules: settingsShape.rules.prefault({}),
    sticky: settingsShape.sticky.default({ by: 'random' }),
    env_required: settingsShape.env_required.default([]),
    crons: settingsShape.crons.default([]),
    bindings: settingsShape.bindings.default([]),
    compatibility_date: settingsShape.compatibility_date.optional(),
    compatibility_flags: settingsShape.compatibility_flags.default([]),
  })
  .refine(minAtMostMax, minAtMostMaxMessage);
export type CreateFunction = z.infer<typeof createFunctionSchema>;
/** As it is sent: what has a default may be left out. */
export type CreateFunctionInput = z.input<typeof createFunctionSchema>;

export const updateFunctionSchema = z
  .strictObject({
    code: codeSchema,
    deploy: z.boolean(),
    ...annotationShape,
    name: nameSchema,
    /** `disabled` takes the function off its URLs, `enabled` puts it back. */
    status: z.enum(['enabled', 'disabled']),
    /** A candidate that gets a share of the requests too, for comparison. */
    shadow: shadowSchema,
    ...settingsShape,
  })
  .partial()
  .refine(minAtMostMax, minAtMostMaxMessage);
export type UpdateFunction = z.infer<typeof updateFunctionSchema>;
export type UpdateFunctionInput = z.input<typeof updateFunctionSchema>;

export const setEnvSchema = z.strictObject({
  key: environmentNameSchema,
  value: environmentValueSchema,
  /** A secret's value is never shown again; a plain one is. */
  secret: z.boolean().default(false),
});
export type SetEnv = z.infer<typeof setEnvSchema>;
export type SetEnvInput = z.input<typeof setEnvSchema>;

/** What is stored of a function. Times are ISO 8601 in UTC. */
export interface FunctionRecord {
  readonly id: FunctionId;
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly runtime: string;
  readonly handler: string;
  /** As the user set it; what `auto` chose is in the version. */
  readonly convention: Convention | 'auto';
  readonly timeout: number;
  readonly memory: number;
  /** Its share of the processors, in shares of 1, when they are short. */
  readonly vcpu: number;
  /** CPU time without coming back to the event loop, in milliseconds; null when only `timeout` bounds it. */
  readonly cpuMs: number | null;
  readonly waitUntilTimeout: number;
  readonly streamTimeout: number;
  readonly egress: Egress;
  readonly rateLimit: RateLimit;
  readonly concurrency: number;
  readonly scaling: Scaling;
  readonly public: boolean;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly routes: readonly Route[];
  readonly rules: Rules;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  /** A function of another environment than `prod` is a record of its own, called `<base>-<environment>`. */
  readonly environment: string;
  readonly base: string;
  readonly envRequired: readonly string[];
  readonly sticky: Sticky;
  readonly shadow: Shadow | null;
  readonly crons: readonly string[];
  readonly bindings: readonly VersionBinding[];
  readonly assets: VersionAssets | null;
  /** The newest migration of its Durable Object classes that was applied. */
  readonly migrationTag: string | null;
  /** What other systems know of it and Selvedge makes no use of: `file_path`, `language`. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the build of the newest deploy said, if that failed and left no version live; otherwise null. */
  readonly failedBuildLogs: readonly string[] | null;
  readonly status: FunctionStatus;
  readonly activeVersion: VersionId | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One variable of a function's environment. */
export interface EnvVariable {
  readonly key: string;
  readonly value: string;
  readonly secret: boolean;
  /** The value is JSON text, and the function gets what it means. */
  readonly json?: true | undefined;
  readonly updatedAt: string;
}

/**
 * One immutable bundle and the settings that its instances start with. Its id is a hash of just these, so
 * the same source and settings make the same version, in whichever function.
 */
export interface VersionRecord {
  readonly id: VersionId;
  readonly functionId: FunctionId;
  readonly bundle: BundleHash;
  readonly settings: VersionSettings;
  readonly convention: Convention;
  readonly buildLogs: readonly string[];
  readonly annotations: VersionAnnotations;
  /** Of the installation that made it; null for one of before versions were signed. */
  readonly signature: string | null;
  /** What is known of weaknesses of its dependencies; null where nobody was asked. */
  readonly audit: VersionAudit | null;
  readonly createdAt: string;
}

/** The part of a function's settings that changes what its instances are. */
export interface VersionSettings {
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly memory: number;
  readonly concurrency: number;
  readonly waitUntilTimeout: number;
  readonly egress: Egress;
  readonly env: readonly VersionVariable[];
  readonly bindings: readonly VersionBinding[];
  readonly assets: VersionAssets | null;
}

export interface VersionVariable {
  readonly key: string;
  readonly value: string;
  readonly secret: boolean;
  /** The value is JSON text, and the function gets what it means. */
  readonly json?: true | undefined;
}

/** Immutable record: which versions get which share. The newest of a function is the live one. */
export interface DeploymentRecord {
  readonly id: DeploymentId;
  readonly functionId: FunctionId;
  readonly versions: readonly { readonly version: VersionId; readonly shareBp: number }[];
  readonly details: DeploymentDetails;
  readonly createdAt: string;
}
