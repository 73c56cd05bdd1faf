// Examples of the OpenAPI document. A test checks each against the schema that it illustrates.

export const exampleVersionId = '5f2b1c0d9e8a7f6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b';
export const exampleRequestId = '2f6a1c9e-6d2b-4f0e-9a51-0c8a4c1f7d11';
const time = '2026-11-21T12:00:00.000Z';

export const exampleCreate = {
  name: 'hello',
  code: 'export default async (request) => Response.json({ hello: new URL(request.url).pathname });',
  public: true,
  environment: { GREETING: 'hello' },
};

export const exampleFunction = {
  id: 'fn_k3v9q0a7m2x5c8r1t6w4',
  name: 'hello',
  project: 'default',
  description: '',
  runtime: 'nodejs24',
  handler: 'index.handler',
  convention: 'fetch',
  status: 'deployed',
  url: 'http://hello.localhost:8080/',
  urls: ['http://hello.localhost:8080/', 'http://127.0.0.1:8080/p/default/functions/hello'],
  active_version: exampleVersionId,
  timeout: 30,
  memory: 128,
  vcpu: 1,
  cpu_ms: null,
  wait_until_timeout: 30,
  stream_timeout: 900,
  egress: 'public',
  rate_limit: null,
  concurrency: 100,
  scaling: { minInstances: 0, maxInstances: 10, idleSeconds: 60, queueLength: 1000, queueSeconds: 10 },
  public: true,
  env: ['GREETING'],
  dependencies: {},
  routes: [],
  environment_name: 'prod',
  base: 'hello',
  sticky: { by: 'random' },
  rules: {},
  shadow: null,
  env_required: [],
  crons: [],
  bindings: [],
  compatibility_date: '2026-11-01',
  compatibility_flags: [],
  created_at: time,
  updated_at: time,
  last_invoked_at: null,
  crashes: null,
};

export const exampleDeployed = {
  ...exampleFunction,
  version: exampleVersionId,
  build_logs: [
    'entry: index.js (inline code)',
    'convention: fetch, since the default export is a function; if that is wrong, set "convention": "event" or another',
  ],
};

export const exampleLogLine = { level: 'log', message: 'greeting /world', time };

export const exampleInvocation = {
  request_id: exampleRequestId,
  status: 'success',
  response: { hello: '/world' },
  logs: [exampleLogLine],
  duration_ms: 2,
  cpu_ms: 0.912,
  memory_bytes: 56_246_272,
  cold_start: false,
  version: exampleVersionId,
};

export const exampleLogEntry = {
  id: '42',
  kind: 'console',
  time,
  level: 'log',
  message: 'greeting /world',
  request_id: exampleRequestId,
  version: exampleVersionId,
};

export const exampleVersion = {
  id: exampleVersionId,
  function_id: exampleFunction.id,
  bundle: 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90',
  convention: 'fetch',
  settings: {
    compatibility_date: '2026-11-01',
    compatibility_flags: [],
    memory: 128,
    concurrency: 100,
    wait_until_timeout: 30,
    egress: 'public',
    env: [{ key: 'GREETING', secret: false }],
  },
  build_logs: exampleDeployed.build_logs,
  message: 'greet by name',
  tag: null,
  author: "the owner's token",
  source_hash: 'c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2',
  triggered_by: null,
  signature: `3f1c9b7a5e2d8046.${'A'.repeat(86)}`,
  audit: null,
  created_at: time,
};

export const exampleDeployment = {
  id: 'dep_p8r2n5v1k9c3x7m4q0w6',
  function_id: exampleFunction.id,
  versions: [{ version: exampleVersionId, share: 100 }],
  strategy: null,
  message: null,
  author: null,
  reason: null,
  rollout: null,
  created_at: time,
};

export const exampleRollout = {
  id: 'rol_t5n8w1k4x7c0m3q6r9v2',
  function_id: exampleFunction.id,
  strategy: 'canary',
  from: 'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90',
  to: exampleVersionId,
  state: 'running',
  step: 2,
  steps: [1, 10, 50, 100],
  share: 10,
  wait_seconds: 300,
  guard: { error_rate: { max: 5, relative: 2 }, min_requests: 20 },
  reason: 'The guard is content: 312 requests, 1 failed, p95 14.2 ms.',
  figures: {
    new: { requests: 104, failed: 0, error_rate: 0, p95_ms: 13.6 },
    old: { requests: 930, failed: 2, error_rate: 0.22, p95_ms: 14.1 },
  },
  message: null,
  author: "the owner's token",
  step_at: time,
  created_at: time,
  updated_at: time,
};

export const exampleAlias = {
  name: 'staging',
  version: exampleVersionId,
  url: 'http://staging-hello.localhost:8080/',
  updated_at: time,
};

export const exampleEnv = { key: 'GREETING', secret: false, value: 'hello', updated_at: time };

export const exampleKey = {
  id: 'key_h4t9w2k7c0n5x8b3m1q6',
  name: 'deploys of the shop',
  role: 'deployer',
  projects: ['shop'],
  prefix: 'slv_p3Vn0K',
  created_at: time,
  expires_at: null,
  last_used_at: null,
};

/** Not a token that could ever be one: it is too short. */
export const exampleCreatedKey = { ...exampleKey, token: 'slv_p3Vn0K…' };

export const exampleAuditEntry = {
  id: '17',
  time,
  actor: { id: exampleKey.id, name: exampleKey.name, role: 'deployer' },
  action: 'function.update',
  project: 'shop',
  function: { id: exampleFunction.id, name: 'hello' },
  key: null,
  request_id: exampleRequestId,
  address: '127.0.0.1',
  changes: { timeout: { old: 30, new: 60 } },
  refused: null,
};

export const exampleProject = {
  name: 'shop',
  description: 'What the shop runs on.',
  settings: {},
  functions: 3,
  created_at: time,
};

export const exampleRegion = {
  name: 'eu-west',
  latitude: 53.35,
  longitude: -6.26,
  tags: ['EU', 'IE'],
  endpoint: 'https://eu-west.example.com',
  health_path: '/',
  hop_secret: true,
  local: false,
  health: { healthy: true, since: time, checked_at: time, latency_ms: 24.5, fault: null },
  created_at: time,
  updated_at: time,
};

export const exampleEnvironment = {
  name: 'qa',
  project: 'shop',
  description: 'For those who test.',
  functions: 1,
  created_at: time,
};

export const exampleOverlayChange = { replaced: 2, failed: [] };

export const exampleSecretVersion = { number: 2, author: 'ci', created_at: time, deleted_at: null };

export const exampleSecret = { name: 'API_KEY', number: 2, live: 2, author: 'ci', created_at: time };

export const exampleMasterKeyRotation = {
  source: 'file' as const,
  from: '0f1e2d3c4b5a6978',
  to: '8796a5b4c3d2e1f0',
  data_keys: 3,
};

export const exampleCertificate = {
  name: 'shop.example.com',
  source: 'acme' as const,
  domains: ['shop.example.com'],
  ...{ served: true, default: false },
  ...{ not_before: time, not_after: time, issuer: 'C=US, O=Example, CN=E1' },
  fingerprint: 'A1:B2:C3',
  acme: { state: 'valid' as const, failures: 0, last_error: null, next_attempt_at: time },
  ...{ author: 'ci', created_at: time },
};
