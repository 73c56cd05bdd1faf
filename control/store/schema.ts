// The tables as kysely sees them. Text, integers and JSON as text only, so that SQLite and PostgreSQL take
// the same queries: booleans are 0 and 1, times ISO 8601 text in UTC (which sorts as time does).

import type { Generated } from 'kysely';
import type {
  ApiKeyId,
  BundleHash,
  DeploymentId,
  FunctionId,
  KeyId,
  RolloutId,
  VersionId,
} from '../model/ids.ts';

/** A column that holds JSON. */
export type JsonText = string;
/** An ISO 8601 time in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export type TimeText = string;

export interface ProjectsTable {
  name: string;
  description: Generated<string>;
  settings: Generated<JsonText>;
  created_at: TimeText;
}

export interface EnvironmentsTable {
  project: string;
  name: string;
  description: string;
  created_at: TimeText;
}

/** `environment` and `base` are empty where a variable is for all of them. */
export interface OverlayEnvTable {
  project: string;
  environment: string;
  base: string;
  key: string;
  value: string;
  secret: number;
  updated_at: TimeText;
}

export interface OverlayRenewalsTable {
  function_id: FunctionId;
}

export interface FunctionsTable {
  id: FunctionId;
  project: string;
  name: string;
  description: string;
  runtime: string;
  handler: string;
  convention: string;
  timeout: number;
  memory: number;
  vcpu: number;
  cpu_ms: number | null;
  wait_until_timeout: number;
  stream_timeout: number;
  egress: JsonText;
  rate_limit: JsonText;
  concurrency: number;
  scaling: JsonText;
  public: number;
  dependencies: JsonText;
  routes: JsonText;
  compatibility_date: string;
  compatibility_flags: JsonText;
  labels: JsonText;
  failed_build_logs: JsonText | null;
  environment: string;
  base: string;
  env_required: JsonText;
  sticky: JsonText;
  shadow: JsonText | null;
  crons: JsonText;
  migration_tag: string | null;
  bindings: JsonText;
  assets: JsonText | null;
  rules: JsonText;
  status: string;
  active_version: VersionId | null;
  created_at: TimeText;
  updated_at: TimeText;
}

export interface VersionsTable {
  function_id: FunctionId;
  id: VersionId;
  bundle: BundleHash;
  settings: JsonText;
  convention: string;
  build_logs: JsonText;
  annotations: JsonText;
  /** Again, so that it can be looked for. */
  tag: string | null;
  signature: string | null;
  audit: JsonText | null;
  created_at: TimeText;
}

export interface DeploymentsTable {
  id: DeploymentId;
  function_id: FunctionId;
  /** Counts up from 1 in each function; the highest is the live one, whatever the clock did. */
  sequence: number;
  versions: JsonText;
  details: JsonText;
  created_at: TimeText;
}

export interface RolloutsTable {
  id: RolloutId;
  function_id: FunctionId;
  /** Counts up from 1 in each function. */
  sequence: number;
  from_version: VersionId;
  to_version: VersionId;
  plan: JsonText;
  state: string;
  step: number;
  step_at: TimeText;
  reason: string | null;
  message: string | null;
  author: string | null;
  created_at: TimeText;
  updated_at: TimeText;
}

export interface AliasesTable {
  function_id: FunctionId;
  name: string;
  version: VersionId;
  updated_at: TimeText;
}

export interface EnvTable {
  function_id: FunctionId;
  key: string;
  value: string;
  secret: number;
  json: number;
  updated_at: TimeText;
}

export interface IdempotencyTable {
  scope: string;
  key: string;
  request_hash: string;
  /** Null while the first request with the key still runs. */
  status: number | null;
  body: string | null;
  headers: JsonText | null;
  created_at: TimeText;
}

export interface InvocationTimesTable {
  function_id: FunctionId;
  last_invoked_at: TimeText;
  invocations: number;
}

export interface ApiKeysTable {
  id: ApiKeyId;
  name: string;
  project: string;
  function_id: FunctionId | null;
  scopes: JsonText;
  hash: string;
  prefix: string;
  created_at: TimeText;
  expires_at: TimeText | null;
  last_used_at: TimeText | null;
}

export interface KeysTable {
  id: KeyId;
  name: string;
  role: string;
  projects: JsonText;
  hash: string;
  prefix: string;
  created_at: TimeText;
  expires_at: TimeText | null;
  last_used_at: TimeText | null;
}

export interface AuditTable {
  /** Counts up from 1. */
  sequence: number;
  time: TimeText;
  actor_id: string | null;
  actor_name: string;
  actor_role: string | null;
  action: string;
  project: string | null;
  function_id: string | null;
  function_name: string | null;
  key_id: string | null;
  request_id: string;
  address: string | null;
  changes: JsonText;
  refused: JsonText;
}

export interface ScheduleRunsTable {
  function_id: FunctionId;
  cron: string;
  scheduled_at: TimeText;
  outcome: string;
  error: JsonText;
  duration_ms: number | null;
  request_id: string;
}

export interface CertificatesTable {
  name: string;
  source: string;
  domains: JsonText;
  /** Null while the first order is under way. Its key is sealed. */
  pair: JsonText | null;
  order_state: JsonText | null;
  author: string;
  created_at: TimeText;
}

export interface AcmeAccountsTable {
  directory: string;
  url: string;
  sealed_key: string;
  created_at: TimeText;
}

export interface DataKeysTable {
  /** Empty for the platform's own key. */
  project: string;
  wrapped: string;
  /** Id of the master key that opens it. */
  master_key: string;
  created_at: TimeText;
}

export interface SecretVersionsTable {
  function_id: FunctionId;
  name: string;
  number: number;
  value: string;
  author: string;
  created_at: TimeText;
  deleted_at: TimeText | null;
}

export interface SealingTable {
  step: string;
  done_at: TimeText;
}

export interface ObjectClassesTable {
  function_id: FunctionId;
  class_name: string;
  unique_key: string;
  created_at: TimeText;
}

export interface DispatchNamespacesTable {
  id: string;
  project: string;
  name: string;
  created_at: TimeText;
  updated_at: TimeText;
}

export interface RegionsTable {
  name: string;
  latitude: number;
  longitude: number;
  tags: JsonText;
  endpoint: string | null;
  health_path: string;
  hop_secret: string | null;
  created_at: TimeText;
  updated_at: TimeText;
}

export interface AssetStoresTable {
  project: string;
  folder: string;
  /** 32 bytes in base64url. */
  upload_key: string;
  created_at: TimeText;
}

export interface AssetBlobsTable {
  project: string;
  hash: string;
  size: number;
  content_type: string | null;
  wanted_at: TimeText;
}

export interface ExperimentsTable {
  id: Generated<number>;
  function_id: FunctionId;
  name: string;
  since: TimeText;
}

export interface ExperimentTalliesTable {
  experiment_id: number;
  variant: string;
  /** Id of a front; empty for what those counted that have ended. */
  front: string;
  tally: string;
}

export interface ExperimentVisitorsTable {
  experiment_id: number;
  visitor: number;
  variant: string;
  converted: number;
}

export interface ExperimentVariantsTable {
  experiment_id: number;
  variant: string;
  visitors: number;
  conversions: number;
}

export interface Schema {
  experiments: ExperimentsTable;
  experiment_tallies: ExperimentTalliesTable;
  experiment_visitors: ExperimentVisitorsTable;
  experiment_variants: ExperimentVariantsTable;
  object_classes: ObjectClassesTable;
  dispatch_namespaces: DispatchNamespacesTable;
  regions: RegionsTable;
  projects: ProjectsTable;
  environments: EnvironmentsTable;
  overlay_env: OverlayEnvTable;
  overlay_renewals: OverlayRenewalsTable;
  functions: FunctionsTable;
  versions: VersionsTable;
  deployments: DeploymentsTable;
  rollouts: RolloutsTable;
  aliases: AliasesTable;
  env: EnvTable;
  idempotency: IdempotencyTable;
  invocation_times: InvocationTimesTable;
  api_keys: ApiKeysTable;
  keys: KeysTable;
  audit: AuditTable;
  schedule_runs: ScheduleRunsTable;
  data_keys: DataKeysTable;
  certificates: CertificatesTable;
  acme_accounts: AcmeAccountsTable;
  secret_versions: SecretVersionsTable;
  sealing: SealingTable;
  asset_stores: AssetStoresTable;
  asset_blobs: AssetBlobsTable;
}
