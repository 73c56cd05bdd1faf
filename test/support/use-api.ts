// The control API over a platform that answers from fixed records and remembers what it was asked.

import { vi } from 'vitest';
import { createApi } from '../../control/api/app.ts';
import type { ApiAuth } from '../../control/api/auth.ts';
import type { IdempotencyState, IdempotencyStore, StoredAnswer } from '../../control/api/idempotency.ts';
import type { ApiApp } from '../../control/api/operation.ts';
import type { KeyRecord } from '../../control/model/access.ts';
import type { ApiKeyRecord } from '../../control/model/api-key.ts';
import type { AuditRecord } from '../../control/model/audit.ts';
import { NOTHING_COUNTED } from '../../control/model/experiment-count.ts';
import type {
  DeploymentRecord,
  EnvVariable,
  FunctionRecord,
  VersionRecord,
} from '../../control/model/function.ts';
import type {
  ApiKeyId,
  BundleHash,
  DeploymentId,
  FunctionId,
  KeyId,
  RolloutId,
  VersionId,
} from '../../control/model/ids.ts';
import { experimentSchema } from '../../control/model/rules/experiments.ts';
import { noAnnotations, noDetails } from '../../control/model/version.ts';
import { summarizeVariants } from '../../control/plan/experiments/summarize-variants.ts';
import type {
  AliasView,
  CertificateView,
  DeployResult,
  EnvironmentView,
  Execution,
  ExperimentResult,
  FunctionView,
  Identity,
  InstanceSample,
  InstanceView,
  InvokeResult,
  LogEntry,
  LoginTokens,
  OverlayChange,
  Platform,
  ProjectView,
  RateLimiterView,
  RegionView,
  RolloutView,
  ScheduleView,
} from '../../control/platform/platform.ts';

export const TOKEN = 'a-token-of-16-characters-or-more';
export const TIME = '2026-11-21T12:00:00.000Z';
export const VERSION_ID = 'ab'.repeat(32) as VersionId;
export const FUNCTION_ID = 'fn_0123456789abcdefghij' as FunctionId;

const limiterView: RateLimiterView = {
  limiter: {
    ...{ name: 'login', algorithm: 'fixed', limit: 5, window: 60, by: 'ip', missing: 'share' },
    ...{ status: 429, before_auth: true, headers: true },
  },
  ...{ allowed: 12, refused: 3, asked: 2, keys: 4 },
};

export const record: FunctionRecord = {
  id: FUNCTION_ID,
  project: 'shop',
  name: 'cart',
  description: 'the cart',
  runtime: 'nodejs24',
  handler: 'index.handler',
  convention: 'auto',
  timeout: 30,
  memory: 128,
  vcpu: 1,
  cpuMs: null,
  waitUntilTimeout: 30,
  streamTimeout: 900,
  egress: 'public',
  rateLimit: null,
  concurrency: 100,
  scaling: { minInstances: 0, maxInstances: 10, idleSeconds: 60, queueLength: 1000, queueSeconds: 10 },
  public: false,
  dependencies: { 'left-pad': '^1.3.0' },
  routes: [{ pattern: '/cart/*', methods: ['GET'] }],
  compatibilityDate: '2026-11-21',
  compatibilityFlags: ['nodejs_compat'],
  labels: {},
  failedBuildLogs: null,
  environment: 'prod',
  base: 'cart',
  envRequired: [],
  sticky: { by: 'random' },
  rules: {},
  shadow: null,
  crons: [],
  bindings: [],
  assets: null,
  migrationTag: null,
  status: 'deployed',
  activeVersion: VERSION_ID,
  createdAt: TIME,
  updatedAt: TIME,
};

export const region: RegionView = {
  name: 'eu-west',
  record: {
    ...{ name: 'eu-west', latitude: 53.35, longitude: -6.26, tags: ['EU'], healthPath: '/' },
    ...{ endpoint: 'https://eu-west.example.com', hopSecret: 'sealed' },
    ...{ createdAt: TIME, updatedAt: TIME },
  },
  local: false,
  health: { healthy: false, since: TIME, checkedAt: TIME, latencyMs: 24.5, fault: 'nothing listens there' },
};

export const view: FunctionView = {
  record,
  convention: 'event',
  envNames: ['API_KEY', 'GREETING'],
  urls: ['http://cart.shop.localhost:8080/', 'http://127.0.0.1:8080/p/shop/functions/cart'],
  crashes: null,
  lastInvokedAt: null,
  invocations: 42,
  buildLogs: ['convention: event'],
  deploying: null,
};

export const version: VersionRecord = {
  id: VERSION_ID,
  functionId: FUNCTION_ID,
  bundle: 'cd'.repeat(32) as BundleHash,
  settings: {
    compatibilityDate: '2026-11-21',
    compatibilityFlags: [],
    memory: 128,
    concurrency: 100,
    waitUntilTimeout: 30,
    egress: 'public',
    bindings: [],
    assets: null,
    env: [
      { key: 'API_KEY', value: 'the-secret-value', secret: true },
      { key: 'GREETING', value: 'hello', secret: false },
    ],
  },
  convention: 'event',
  buildLogs: ['convention: event'],
  annotations: noAnnotations,
  signature: null,
  audit: null,
  createdAt: TIME,
};

export const env: EnvVariable[] = [
  { key: 'API_KEY', value: 'the-secret-value', secret: true, updatedAt: TIME },
  { key: 'GREETING', value: 'hello', secret: false, updatedAt: TIME },
];

export const deployment: DeploymentRecord = {
  id: 'dep_0123456789abcdefghij' as DeploymentId,
  functionId: FUNCTION_ID,
  versions: [
    { version: VERSION_ID, shareBp: 9975 },
    { version: 'ef'.repeat(32) as VersionId, shareBp: 25 },
  ],
  details: noDetails,
  createdAt: TIME,
};

export const rollout: RolloutView = {
  record: {
    id: 'rol_0123456789abcdefghij' as RolloutId,
    functionId: FUNCTION_ID,
    from: 'ef'.repeat(32) as VersionId,
    to: VERSION_ID,
    plan: {
      ...{ strategy: 'canary', stepsBp: [100, 5000, 10_000], waitSeconds: 60 },
      guard: { error_rate: { max: 5 }, min_requests: 20 },
    },
    ...{ state: 'running', step: 1, reason: null, message: 'careful', author: 'ci' },
    ...{ stepAt: TIME, createdAt: TIME, updatedAt: TIME },
  },
  figures: {
    now: { answered: 200, failed: 3, histogram: [0, 0, 0, 200] },
    old: { answered: 0, failed: 0, histogram: [] },
  },
};

const namespace = {
  ...{ id: '0b2f5c1e-8f5e-4f43-9d2f-6a4c9f3f5a11', project: 'default', name: 'tenants' },
  ...{ createdAt: TIME, updatedAt: TIME },
};

export const certificate: CertificateView = {
  ...{ name: 'shop.test', source: 'upload', domains: ['shop.test'], served: true, fallback: false },
  ...{ notBefore: 0, notAfter: 86_400_000, issuer: 'CN=ca', fingerprint: 'AA:BB', order: null },
  ...{ author: 'ci', createdAt: '2026-11-21T10:00:00.000Z' },
};
const alias: AliasView = {
  ...{ name: 'beta', version: VERSION_ID, updatedAt: TIME },
  url: 'http://beta-cart.shop.localhost:8080/',
};

export const deployed: DeployResult = { view, version, buildLogs: version.buildLogs };

export const invoked: InvokeResult = {
  requestId: 'req-1',
  status: 'success',
  response: { total: 3 },
  http: { status: 200, headers: { 'content-type': 'application/json' } },
  logs: [{ level: 'log', message: 'adding', time: TIME }],
  durationMs: 2.1,
  cpuMs: 0.9,
  memoryBytes: 9_000_000,
  coldStart: false,
  version: VERSION_ID,
};

export const logEntry: LogEntry = {
  id: '41',
  kind: 'console',
  time: TIME,
  level: 'warn',
  message: 'careful\nnow',
  requestId: 'req-1',
  version: VERSION_ID,
};

export const invocationEntry: LogEntry = {
  id: '42',
  kind: 'invocation',
  time: TIME,
  level: 'error',
  message: 'GET /cart 500',
  requestId: 'req-1',
  version: VERSION_ID,
  stack: 'Error: no\n    at index.ts:1:1',
  invocation: { method: 'GET', path: '/cart', status: 500, durationMs: 3, coldStart: true, error: 'FN_004' },
};

export const execution: Execution = {
  invocation: {
    ...invocationEntry,
    invocation: { method: 'GET', path: '/cart', status: 500, durationMs: 3.4, coldStart: true },
  },
  lines: [logEntry],
};

export const API_KEY_TOKEN = `svk_${'0'.repeat(40)}`;
export const apiKey: ApiKeyRecord = {
  ...{ id: 'ak_0123456789abcdefghij' as ApiKeyId, name: 'partner', project: 'shop', functionId: null },
  ...{
    scopes: ['read'],
    hash: 'ab'.repeat(32),
    prefix: 'svk_0123ab',
    createdAt: TIME,
    expiresAt: null,
    lastUsedAt: null,
  },
};

export const key: KeyRecord = {
  id: 'key_0123456789abcdefghij' as KeyId,
  name: 'ci',
  role: 'deployer',
  projects: ['shop'],
  hash: 'ef'.repeat(32),
  prefix: 'slv_0123ab',
  createdAt: TIME,
  expiresAt: null,
  lastUsedAt: null,
};
export const KEY_TOKEN = `slv_${'0123456789'.repeat(4)}`;

export const auditEntry: AuditRecord = {
  id: '7',
  time: TIME,
  actor: { id: key.id, name: 'ci', role: 'deployer' },
  action: 'function.update',
  project: 'shop',
  function: { id: FUNCTION_ID, name: 'cart' },
  key: null,
  requestId: 'req-1',
  address: '127.0.0.1',
  changes: { timeout: { old: 30, new: 60 } },
  refused: null,
};

export const instance: InstanceView = {
  ...{ id: 'instance-0123456789', functionId: FUNCTION_ID, functionName: 'cart', project: 'shop' },
  ...{ version: VERSION_ID, memory: 128, vcpu: 1, readyAt: TIME },
  usage: { cpuMs: 12.5, memoryBytes: 9_000_000, peakMemoryBytes: 10_000_000 },
};

export const loginTokens: LoginTokens = {
  accessToken: 'slv_access',
  refreshToken: 'slr_refresh',
  expiresInSeconds: 3600,
};

export const experiment: ExperimentResult = {
  ...{ function: { id: FUNCTION_ID, name: 'cart' }, project: 'shop', environment: 'prod', places: [null] },
  experiment: experimentSchema.parse({
    name: 'buttons',
    variants: [{ name: 'blue' }, { name: 'green', weight: 3 }],
  }),
  since: TIME,
  variants: summarizeVariants([
    { ...NOTHING_COUNTED, variant: 'blue', visitors: 10, conversions: 1 },
    { ...NOTHING_COUNTED, variant: 'green', visitors: 30, conversions: 9 },
  ]),
};

export const schedule: ScheduleView = {
  ...{ record: view.record, cron: '*/5 * * * *', next: TIME },
  last: { scheduledAt: TIME, outcome: 'success', error: null, durationMs: 3, requestId: 'req-7' },
};

async function* noSamples(): AsyncGenerator<InstanceSample> {}

async function* noEntries(): AsyncGenerator<LogEntry> {}

export function fakePlatform(): { [K in keyof Platform]: ReturnType<typeof vi.fn<Platform[K]>> } {
  return {
    createFunction: vi.fn(async () => deployed),
    createInBackground: vi.fn(async () => view),
    listFunctions: vi.fn(async () => ({ items: [view], cursor: 'next' })),
    getFunction: vi.fn(async () => view),
    getCode: vi.fn(async () => 'export default 1'),
    updateFunction: vi.fn(async () => deployed),
    deleteFunction: vi.fn(async () => undefined),
    deploy: vi.fn(async () => deployed),
    rollback: vi.fn(async () => deployed),
    invoke: vi.fn(async () => invoked),
    callEdge: vi.fn(async () => new Response('from the edge')),
    invokeAsync: vi.fn(async () => ({ requestId: 'req-2' })),
    announceAssets: vi.fn(async () => ({ token: 'a-token', buckets: [] })),
    receiveAssets: vi.fn(async () => ({ token: 'a-token' })),
    settleAssets: vi.fn(async (_by, _of, _token, config) => ({ manifest: 'ab'.repeat(32), config })),
    tryOut: vi.fn(async () => invoked),
    validate: vi.fn(async () => ({ errors: [], warnings: [], config: null })),
    logs: vi.fn(async () => ({ items: [logEntry, invocationEntry], cursor: null, dropped: 7 })),
    followLogs: vi.fn(() => noEntries()),
    executions: vi.fn(async () => ({
      items: [execution],
      cursor: null,
    })),
    explain: vi.fn(async () => ({
      ...{ function: null, decisions: [], status: 404, error: 'nothing', headers: [] },
    })),
    getShadow: vi.fn(() => ({
      shadow: { version: VERSION_ID, shareBp: 1000 },
      ...{ compared: 0, same: 0, bodiesSkipped: 0, failed: {}, samples: [] },
      ...{ different: { status: 0, headers: 0, body: 0 }, skipped: { busy: 0, body: 0 } },
    })),
    listExperiments: vi.fn(() => [experiment]),
    getExperiment: vi.fn(async () => experiment),
    previewVariant: vi.fn(async () => ({ token: 't.s', url: null, expiresAt: TIME })),
    convertVisitor: vi.fn(async () => true),
    resetExperiment: vi.fn(async () => undefined),
    listInstances: vi.fn(() => [instance]),
    getInstance: vi.fn(() => instance),
    watchInstance: vi.fn(() => noSamples()),
    createTail: vi.fn(async () => ({ id: 'ab'.repeat(16), expiresAt: TIME })),
    listTails: vi.fn(() => []),
    deleteTail: vi.fn(() => true),
    hasTail: vi.fn(() => false),
    connectTail: vi.fn(() => undefined),
    listEnv: vi.fn(async () => env),
    ...fakeProjects(),
    setEnv: vi.fn(async () => deployed),
    deleteEnv: vi.fn(async () => deployed),
    listSecrets: vi.fn(async () => [{ name: 'API_KEY', number: 2, live: 1, author: 'ci', createdAt: TIME }]),
    secretHistory: vi.fn(async () => [
      { name: 'API_KEY', number: 2, author: 'ci', createdAt: TIME, deletedAt: TIME },
    ]),
    rotateMasterKey: vi.fn(async () => ({ source: 'file' as const, from: 'aa', to: 'bb', dataKeys: 3 })),
    listCertificates: vi.fn(async () => [certificate]),
    addCertificate: vi.fn(async () => certificate),
    removeCertificate: vi.fn(async () => undefined),
    listVersions: vi.fn(async () => ({ items: [version], cursor: null })),
    getVersion: vi.fn(async () => version),
    getVersionConfig: vi.fn(async () => 'const config :Workerd.Config = ();\n'),
    listDeployments: vi.fn(async () => ({ items: [deployment], cursor: null })),
    listSchedules: vi.fn(async () => ({ items: [schedule], cursor: null })),
    functionSchedules: vi.fn(async () => [schedule]),
    runSchedule: vi.fn(async () => ({ cron: schedule.cron, scheduledAt: TIME, result: invoked })),
    getDeployment: vi.fn(async () => deployment),
    createDeployment: vi.fn(async () => deployment),
    startRollout: vi.fn(async () => rollout),
    listRollouts: vi.fn(async () => ({ items: [rollout], cursor: null })),
    getRollout: vi.fn(async () => rollout),
    commandRollout: vi.fn(async () => rollout),
    viewCache: vi.fn(async () => ({
      ...{ bytes: 2048, bytesMax: 1_048_576, entries: 1, evicted: 0, collapsed: 0 },
      functions: [],
    })),
    purgeCache: vi.fn(async () => 3),
    listRateLimits: vi.fn(async () => [limiterView]),
    resetRateLimit: vi.fn(async () => undefined),
    listAliases: vi.fn(async () => [alias]),
    getAlias: vi.fn(async () => alias),
    setAlias: vi.fn(async () => alias),
    deleteAlias: vi.fn(async () => undefined),
    listNamespaces: vi.fn(async () => [namespace]),
    getNamespace: vi.fn(async () => namespace),
    createNamespace: vi.fn(async () => namespace),
    renameNamespace: vi.fn(async () => namespace),
    deleteNamespace: vi.fn(async () => undefined),
    migrateObjects: vi.fn(async () => undefined),
    startLogin: vi.fn(() => 'the-code'),
    finishLogin: vi.fn(async () => loginTokens),
    refreshLogin: vi.fn(async () => loginTokens),
    endLogin: vi.fn(async () => undefined),
    identify: vi.fn((): Identity | undefined => undefined),
    listRegions: vi.fn(() => [region]),
    getRegion: vi.fn(() => region),
    createRegion: vi.fn(async () => region),
    updateRegion: vi.fn(async () => region),
    deleteRegion: vi.fn(),
    createKey: vi.fn(async () => ({ key, token: KEY_TOKEN })),
    listKeys: vi.fn(async () => ({ items: [key], cursor: null })),
    getKey: vi.fn(async () => key),
    revokeKey: vi.fn(async () => key),
    createApiKey: vi.fn(async () => ({ key: apiKey, token: API_KEY_TOKEN })),
    listApiKeys: vi.fn(async () => ({ items: [apiKey], cursor: null })),
    revokeApiKey: vi.fn(async () => apiKey),
    signUrl: vi.fn(async () => ({ url: 'http://hello.localhost:8080/?x', method: 'GET', expiresAt: TIME })),
    audit: vi.fn(async () => ({ items: [auditEntry], cursor: null })),
    noteRefusal: vi.fn(),
    health: vi.fn(async () => ({
      status: 'ok' as const,
      uptimeSeconds: 1.5,
      problems: [],
      counts: { functions: 1 },
      memory: { usedBytes: 1, limitBytes: 2, controlBytes: 3 },
      cpu: { load: [0.5, 0.25, 0], cores: 2 },
      sandbox: { available: true, description: 'bubblewrap' },
      invocations: { total: 3, failed: 1 },
    })),
    ready: vi.fn(() => true),
    findAddress: vi.fn(async () => ({
      ip: '193.99.144.80',
      geo: { country: 'DE', continent: 'EU', isEUCountry: '1' as const, asn: 206_564 },
    })),
    info: vi.fn(async () => ({
      version: '0.1.0',
      workerd: '1.0.0',
      node: '24.0.0',
      sandbox: 'bubblewrap',
      tls: null,
      edge: 'http://127.0.0.1:8080',
      domain: 'localhost',
      fronts: 2,
      slots: 1024,
      isolation: { sandbox: 'bubblewrap' },
      limits: { timeout_seconds: 900 },
      signing: { algorithm: 'ed25519', keyId: '3f1c9b7a5e2d8046', publicKey: 'PEM' },
    })),
  };
}

export const projectView: ProjectView = {
  record: { name: 'shop', description: 'the shop', settings: {}, createdAt: TIME },
  functions: 3,
};
const environmentView: EnvironmentView = {
  record: { project: 'shop', name: 'qa', description: 'for testers', createdAt: TIME },
  functions: 1,
};
const overlayChange: OverlayChange = {
  replaced: 2,
  failed: [{ function: 'cart-qa', message: 'did not start' }],
};

function fakeProjects() {
  return {
    listProjects: vi.fn(async () => ({ items: [projectView], cursor: 'next' })),
    createProject: vi.fn(async () => projectView),
    getProject: vi.fn(async () => projectView),
    updateProject: vi.fn(async () => projectView),
    deleteProject: vi.fn(async () => undefined),
    listEnvironments: vi.fn(async () => [environmentView]),
    createEnvironment: vi.fn(async () => environmentView),
    getEnvironment: vi.fn(async () => environmentView),
    putEnvironment: vi.fn(async () => environmentView),
    deleteEnvironment: vi.fn(async () => undefined),
    listOverlay: vi.fn(async () => env),
    setOverlay: vi.fn(async () => overlayChange),
    deleteOverlay: vi.fn(async () => overlayChange),
    effectiveEnv: vi.fn(async () => env.map((one) => ({ ...one, source: 'environment' as const }))),
    promote: vi.fn(async () => deployed),
  };
}

/** Never forgets a key by itself; good for one test. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  readonly #keys = new Map<string, { hash: string; answer?: StoredAnswer }>();

  async begin(scope: string, key: string, requestHash: string): Promise<IdempotencyState> {
    const known = this.#keys.get(`${scope} ${key}`);
    if (!known) {
      this.#keys.set(`${scope} ${key}`, { hash: requestHash });
      return { state: 'new' };
    }
    if (known.hash !== requestHash) return { state: 'mismatch' };
    return known.answer ? { state: 'done', ...known.answer } : { state: 'running' };
  }

  async finish(scope: string, key: string, answer: StoredAnswer): Promise<void> {
    const known = this.#keys.get(`${scope} ${key}`);
    if (known) known.answer = answer;
  }

  async abandon(scope: string, key: string): Promise<void> {
    this.#keys.delete(`${scope} ${key}`);
  }
}

export interface TestApi {
  readonly app: ApiApp;
  readonly platform: ReturnType<typeof fakePlatform>;
  readonly store: MemoryIdempotencyStore;
  readonly log: { readonly error: ReturnType<typeof vi.fn> };
  /** With the token. An object as body is sent as JSON. */
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
}

export function useApi(
  auth: ApiAuth = { mode: 'token', token: TOKEN, tokenPlace: 'the file .selvedge/token' },
): TestApi {
  const platform = fakePlatform();
  const store = new MemoryIdempotencyStore();
  const log = { error: vi.fn() };
  const app = createApi({ platform, auth, idempotency: store, log, version: '0.1.0' });
  const call: TestApi['call'] = async (method, path, body, headers = {}) =>
    app.request(path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return { app, platform, store, log, call };
}

export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly issues?: readonly { readonly message: string; readonly path?: string }[];
    readonly build_logs?: readonly string[];
    readonly stack?: string;
  };
  readonly request_id: string;
  readonly build_logs?: readonly string[];
}

export const errorOf = async (response: Response): Promise<ErrorBody> => (await response.json()) as ErrorBody;
