// The types of what goes to the control API and comes back. Each is inferred from the schema that control checks
// or describes it with, so none is written twice.
//
// Types only: the schemas need zod, which stays out of what runs in a browser or in a function.

export type { Alias, AliasList, DeletedAlias } from '../api/aliases.ts';
export type {
  ApiKeyJson as ApiKey,
  ApiKeyPage,
  CreatedApiKeyJson as CreatedApiKey,
  RevokedApiKey,
} from '../api/api-keys.ts';
export type { AuditPage } from '../api/audit.ts';
export type { CacheJson as Cache, Purged } from '../api/cache.ts';
export type {
  CertificateJson as Certificate,
  CertificateList,
  RemovedCertificate,
} from '../api/certificates.ts';
export type { Deployment, DeploymentPage } from '../api/deployments.ts';
export type { EffectiveEnvList, EnvList, EnvWasDeleted, EnvWasSet } from '../api/env.ts';
export type {
  DeletedEnvironment,
  EnvironmentJson as Environment,
  EnvironmentList,
} from '../api/environments.ts';
export type {
  ExperimentJson as Experiment,
  ExperimentResultJson as ExperimentResult,
} from '../api/experiment-json.ts';
export type {
  ConversionEvent,
  ExperimentList,
  ExperimentPreview,
  ResetExperiment,
} from '../api/experiments.ts';
export type { ExplanationJson as Explanation } from '../api/explain.ts';
export type {
  DeployedFunctionJson as DeployedFunction,
  FunctionJson as FunctionState,
  FunctionWithCode,
} from '../api/function-json.ts';
export type { DeletedFunction, FunctionPage } from '../api/functions.ts';
export type { GeoJson as PlacedAddress } from '../api/geo.ts';
export type { AcceptedInvocation, Invocation, InvokeInput } from '../api/invoke.ts';
export type { CreatedKey, KeyJson as Key, KeyPage, RevokedKey } from '../api/keys.ts';
export type { LogEntryJson as LogEntry } from '../api/log-entry-json.ts';
export type { LogPage, LogParameters } from '../api/logs.ts';
export type { ErrorJson, FailedInvocation, LogLineJson as LogLine } from '../api/openapi-errors.ts';
export type { OverlayWasDeleted, OverlayWasSet } from '../api/overlay.ts';
export type { DeletedProject, ProjectJson as Project, ProjectPage } from '../api/projects.ts';
export type { PromoteInput } from '../api/promote.ts';
export type { DeletedRegion, RegionJson as Region, RegionList } from '../api/regions.ts';
export type { Rollout } from '../api/rollout-json.ts';
export type { RolloutPage } from '../api/rollouts.ts';
export type { MasterKeyRotation, SecretHistory, SecretList } from '../api/secrets.ts';
export type { Health, Info } from '../api/system.ts';
export type { Version, VersionPage } from '../api/versions.ts';
export type { CreateKeyInput } from '../model/access.ts';
export type { CreateApiKeyInput } from '../model/api-key.ts';
export type { PurgeInput } from '../model/cache-purge.ts';
export type { CreateDeploymentInput } from '../model/deployment.ts';
export type { CreateEnvironmentInput } from '../model/environment.ts';
export type { ErrorCode } from '../model/errors.ts';
export type {
  CreateFunctionInput,
  FunctionStatus,
  SetEnvInput,
  UpdateFunctionInput,
} from '../model/function.ts';
export type { CreateProjectInput, UpdateProjectInput } from '../model/project.ts';
export type { CreateRegionInput, UpdateRegionInput } from '../model/region.ts';
export type { StartRolloutInput } from '../model/rollout.ts';
