// The platform, as the API sees it: finds the function, does what was asked, and shows how it is afterwards.
// It is long as the API has many calls; each is some lines here, and what it takes to carry it out is elsewhere.

import { randomUUID } from 'node:crypto';
import type { Actor, Caller, CreateKey, KeyRecord } from '../model/access.ts';
import type { ApiKeyRecord, CreateApiKey } from '../model/api-key.ts';
import type { AssetsConfig, VersionAssets } from '../model/assets.ts';
import type { AuditRecord } from '../model/audit.ts';
import type { CachePurge } from '../model/cache-purge.ts';
import type { CreateCertificate } from '../model/certificate.ts';
import type { CreateDeployment } from '../model/deployment.ts';
import type { DispatchNamespace } from '../model/dispatch-namespace.ts';
import type { CreateEnvironment, PutEnvironment } from '../model/environment.ts';
import { AppError } from '../model/errors.ts';
import type {
  Code,
  CreateFunction,
  Deploy,
  DeploymentRecord,
  EnvVariable,
  FunctionRecord,
  Kept,
  SetEnv,
  UpdateFunction,
  VersionRecord,
} from '../model/function.ts';
import type { OverlayScope } from '../model/overlay.ts';
import type { CreateProject, UpdateProject } from '../model/project.ts';
import type { CreateRegion, UpdateRegion } from '../model/region.ts';
import type { StartRollout } from '../model/rollout.ts';
import type { SecretVersion } from '../model/secret-version.ts';
import type { SignUrl } from '../model/signed-url.ts';
import type { TailFilter } from '../model/tail.ts';
import type { ShadowSum } from '../plan/sum-shadows.ts';
import type { Store } from '../store/store.ts';
import type { LogStore } from '../telemetry/log-store.ts';
import { type EdgeAddress, urlsOf } from './addresses.ts';
import type { Announced, Assets, Received } from './assets/assets.ts';
import type { UploadedFile } from './assets/receive-files.ts';
import { callEdge } from './call-edge.ts';
import type { Certificates } from './certificates/certificates.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { DeployProgress } from './deploy-progress.ts';
import type { Deployments } from './deployments.ts';
import type { DispatchNamespaces } from './dispatch-namespaces.ts';
import type {
  ConversionInput,
  ExperimentRef,
  ExperimentResult,
  ExperimentView,
  PreviewInput,
  PreviewView,
} from './experiments/experiment-views.ts';
import type { Experiments } from './experiments/experiments.ts';
import type { Explainer } from './explainer.ts';
import type { Crashes } from './fleet.ts';
import { followLogs } from './follow-logs.ts';
import type { FunctionAliases } from './function-aliases.ts';
import type { FunctionEnv } from './function-env.ts';
import type { Change } from './function-writer.ts';
import type { Functions } from './functions.ts';
import type { GeoDesk } from './geo-desk.ts';
import type { Instances } from './instances.ts';
import type { Invoker } from './invoker.ts';
import type { KeptPages } from './kept-pages.ts';
import type { KeyRing } from './key-ring.ts';
import type { RateLimitCounters } from './limits/rate-limits.ts';
import type { Logins } from './logins.ts';
import type { ObjectMigrations } from './object-migrations.ts';
import type { Overlays } from './overlays.ts';

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
  EffectiveVariable,
  EnvironmentView,
  Execution,
  ExplainedRequest,
  Explanation,
  FinishLogin,
  FunctionCrashes,
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
  OverlayChange,
  Page,
  PageRequest,
  PlacedAddress,
  Platform,
  ProjectView,
  Promotion,
  RateLimiterView,
  Refusal,
  RegionView,
  RolloutCommand,
  RolloutView,
  ScheduledRunResult,
  ScheduleView,
  SecretView,
  ShadowView,
  SignedUrl,
  StartLogin,
  TailClient,
  TailView,
  Tryout,
  Validation,
} from './platform.ts';
import type { PlatformLog } from './platform-log.ts';
import type { Projects } from './projects.ts';
import type { Promotions } from './promotion.ts';
import type { Recording } from './recording.ts';
import type { Refusals } from './refusals.ts';
import type { Regions } from './regions.ts';
import type { Rollouts } from './rollouts.ts';
import type { Schedules } from './schedules.ts';
import { refuseOutsideOfScope } from './scope.ts';

import type { Secrets } from './secrets.ts';
import { signUrl } from './sign-url.ts';
import type { SystemReports } from './system-reports.ts';
import type { Tails } from './tails.ts';
import type { Tryouts } from './tryouts.ts';
import { findVersion, type Versions } from './versions.ts';
import type { VisitorKeys } from './visitor-keys.ts';

export interface SelvedgeOptions {
  readonly store: Store;
  readonly logs: LogStore;
  readonly queue: ChangeQueue;
  readonly functions: Functions;
  readonly deployments: Deployments;
  readonly rollouts: Rollouts;
  readonly variables: FunctionEnv;
  readonly aliases: FunctionAliases;
  readonly keptPages: KeptPages;
  readonly versions: Versions;
  readonly secrets: Secrets;
  readonly invoker: Invoker;
  readonly recording: Recording;
  readonly reports: SystemReports;
  readonly progress: DeployProgress;
  readonly projects: Projects;
  readonly namespaces: DispatchNamespaces;
  readonly experiments: Experiments;
  readonly objectMigrations: ObjectMigrations;
  readonly overlays: Overlays;
  readonly tails: Tails;
  readonly promotions: Promotions;
  readonly tryouts: Tryouts;
  readonly regions: Regions;
  readonly explainer: Explainer;
  readonly assets: Assets;
  readonly validate: (code: string) => Promise<Validation>;
  readonly instances: Instances;
  readonly crashes: (functionId: string) => Crashes | undefined;
  readonly rateLimits: RateLimitCounters;
  readonly shadow: (functionId: string, version: string) => ShadowSum;
  readonly keys: KeyRing;
  readonly certificates: Certificates;
  readonly visitorKeys: VisitorKeys;
  /** Signs URLs. */
  readonly urlKey: Buffer;
  readonly logins: Logins;
  readonly refusals: Refusals;
  readonly schedules: Schedules;
  readonly geo: GeoDesk;
  readonly edge: EdgeAddress;
  readonly log: PlatformLog;
}

export class Selvedge implements Platform {
  readonly #options: SelvedgeOptions;

  constructor(options: SelvedgeOptions) {
    this.#options = options;
  }

  async createFunction(by: Caller, input: CreateFunction & Kept): Promise<DeployResult> {
    return this.#result(await this.#options.functions.create(by, input));
  }

  async createInBackground(by: Caller, input: CreateFunction): Promise<FunctionView> {
    const { record, deployment } = await this.#options.functions.begin(by, input);
    deployment?.catch((error: unknown) => this.#tellFailure(record, error));
    return this.#view(record);
  }

  async listFunctions(by: Caller, query: ListFunctions): Promise<Page<FunctionView>> {
    const page = await this.#options.store.functions.list({
      ...query,
      projects: by.actor.projects,
    });
    return { items: await this.#views(page.items), cursor: page.cursor };
  }

  getFunction(by: Caller, ref: FunctionRef): Promise<FunctionView> {
    return this.#view(this.#record(by, ref));
  }

  async getCode(by: Caller, ref: FunctionRef): Promise<Code | null> {
    const { record, versions } = this.#options.queue.find(by, ref);
    const shown = record.activeVersion ?? versions[0];
    const version = shown && (await this.#options.store.versions.get(record.id, shown));
    return version ? this.#options.versions.code(version) : null;
  }

  async updateFunction(by: Caller, ref: FunctionRef, input: UpdateFunction & Kept): Promise<DeployResult> {
    return this.#result(await this.#options.functions.update(by, ref, input));
  }

  deleteFunction(by: Caller, ref: FunctionRef): Promise<void> {
    return this.#options.functions.delete(by, ref);
  }

  async announceAssets(
    by: Caller,
    of: AssetsOwner,
    files: Readonly<Record<string, unknown>>,
  ): Promise<Announced> {
    refuseOutsideOfScope(by, of.project);
    return this.#options.assets.announce(of, files);
  }

  receiveAssets(token: string, uploads: AsyncIterable<UploadedFile>, by: Caller | null): Promise<Received> {
    return this.#options.assets.receive(token, uploads, (project) => {
      if (by) refuseOutsideOfScope(by, project);
    });
  }

  async settleAssets(
    by: Caller,
    of: AssetsOwner,
    token: string,
    config: AssetsConfig,
  ): Promise<VersionAssets> {
    refuseOutsideOfScope(by, of.project);
    return this.#options.assets.settle(of, token, config);
  }

  async deploy(by: Caller, ref: FunctionRef, input: Deploy = {}): Promise<DeployResult> {
    return this.#result(await this.#options.deployments.deploy(by, ref, input));
  }

  async rollback(by: Caller, ref: FunctionRef, version?: string, message?: string): Promise<DeployResult> {
    return this.#result(await this.#options.deployments.rollback(by, ref, version, message));
  }

  async invoke(by: Caller, ref: FunctionRef, input: Invoke, signal: AbortSignal): Promise<InvokeResult> {
    return this.#options.invoker.invoke(this.#record(by, ref).id, input, signal);
  }

  invokeAsync(by: Caller, ref: FunctionRef, input: Invoke): Promise<{ requestId: string }> {
    const { id } = this.#record(by, ref);
    const requestId = input.requestId ?? randomUUID();
    const { invoker, log } = this.#options;
    invoker.invoke(id, { ...input, requestId }, new AbortController().signal).catch((error: unknown) => {
      log.error('an asynchronous invocation was not carried out', {
        function: id,
        requestId,
        error: String(error),
      });
    });
    return Promise.resolve({ requestId });
  }

  tryOut(by: Caller, input: Tryout, signal: AbortSignal): Promise<InvokeResult> {
    return this.#options.tryouts.run(by, input, signal);
  }

  validate(code: string): Promise<Validation> {
    return this.#options.validate(code);
  }

  callEdge(request: EdgeRequest): Promise<Response> {
    return callEdge(this.#options.edge, request);
  }

  async logs(by: Caller, ref: FunctionRef, query: LogQuery): Promise<LogPage> {
    const { id } = this.#record(by, ref);
    await this.#options.recording.flush();
    return this.#options.logs.query(id, query);
  }

  async executions(
    by: Caller,
    ref: FunctionRef,
    query: Pick<LogQuery, 'limit' | 'cursor' | 'since' | 'until'>,
  ): Promise<Page<Execution>> {
    const { id } = this.#record(by, ref);
    await this.#options.recording.flush();
    return this.#options.logs.executions(id, query);
  }

  followLogs(by: Caller, ref: FunctionRef, query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry> {
    const entries = followLogs(this.#options.logs, this.#record(by, ref).id, query, signal);
    return this.#whileStanding(by, entries);
  }

  explain(by: Caller, request: ExplainedRequest): Promise<Explanation> {
    return this.#options.explainer.explain(by, request);
  }

  async listRateLimits(by: Caller, ref: FunctionRef): Promise<readonly RateLimiterView[]> {
    return this.#options.rateLimits.of(this.#record(by, ref));
  }

  async resetRateLimit(by: Caller, ref: FunctionRef, name: string, key: string): Promise<void> {
    await this.#options.rateLimits.reset(this.#record(by, ref), name, key);
  }

  getShadow(by: Caller, ref: FunctionRef): ShadowView {
    const { id, name, shadow } = this.#record(by, ref);
    if (shadow) return { shadow, ...this.#options.shadow(id, shadow.version) };
    throw new AppError(
      'FN_001',
      `Function "${name}" has no shadow: set one with PUT /functions/${name} {"shadow": {"version": "…", "share": 10}}.`,
    );
  }

  createTail(by: Caller, ref: FunctionRef, filters: readonly TailFilter[]): Promise<TailView> {
    return this.#options.tails.create(by, this.#record(by, ref).id, filters);
  }

  listTails(by: Caller, ref: FunctionRef): readonly TailView[] {
    return this.#options.tails.list(this.#record(by, ref).id);
  }

  deleteTail(by: Caller, ref: FunctionRef, id: string): boolean {
    return this.#options.tails.delete(this.#record(by, ref).id, id);
  }

  hasTail(id: string): boolean {
    return this.#options.tails.exists(id);
  }

  connectTail(id: string, client: TailClient): (() => void) | undefined {
    return this.#options.tails.connect(id, client);
  }

  listInstances(by: Caller, ref?: FunctionRef): readonly InstanceView[] {
    return this.#options.instances.list(by, ref && this.#record(by, ref).id);
  }

  getInstance(by: Caller, id: string): InstanceView {
    return this.#options.instances.get(by, id);
  }

  watchInstance(by: Caller, id: string, signal: AbortSignal): AsyncIterable<InstanceSample> {
    return this.#whileStanding(by, this.#options.instances.watch(by, id, signal));
  }

  listEnv(by: Caller, ref: FunctionRef): Promise<readonly EnvVariable[]> {
    return this.#options.store.env.list(this.#record(by, ref).id);
  }

  async setEnv(by: Caller, ref: FunctionRef, input: SetEnv): Promise<DeployResult> {
    return this.#result(await this.#options.variables.set(by, ref, input));
  }

  async deleteEnv(by: Caller, ref: FunctionRef, key: string): Promise<DeployResult> {
    return this.#result(await this.#options.variables.delete(by, ref, key));
  }

  listSecrets(by: Caller, ref: FunctionRef): Promise<readonly SecretView[]> {
    return this.#options.secrets.list(this.#record(by, ref));
  }

  secretHistory(by: Caller, ref: FunctionRef, name: string): Promise<readonly SecretVersion[]> {
    return this.#options.secrets.history(this.#record(by, ref), name);
  }

  async rotateMasterKey(by: Caller): Promise<MasterKeyChange> {
    return this.#options.secrets.rotate(by);
  }

  listVersions(by: Caller, ref: FunctionRef, query: ListVersions): Promise<Page<VersionRecord>> {
    return this.#options.store.versions.list(this.#record(by, ref).id, query);
  }

  getVersion(by: Caller, ref: FunctionRef, version: string): Promise<VersionRecord> {
    return findVersion(this.#options.store, this.#record(by, ref).id, version);
  }

  async getVersionConfig(by: Caller, ref: FunctionRef, version: string): Promise<string> {
    const record = this.#record(by, ref);
    return this.#options.versions.configText(
      record,
      await findVersion(this.#options.store, record.id, version),
    );
  }

  listDeployments(by: Caller, ref: FunctionRef, page: PageRequest): Promise<Page<DeploymentRecord>> {
    return this.#options.deployments.list(by, ref, page);
  }

  getDeployment(by: Caller, ref: FunctionRef, deployment: string): Promise<DeploymentRecord> {
    return this.#options.deployments.get(by, ref, deployment);
  }

  createDeployment(by: Caller, ref: FunctionRef, input: CreateDeployment): Promise<DeploymentRecord> {
    return this.#options.deployments.create(by, ref, input);
  }

  startRollout(by: Caller, ref: FunctionRef, input: StartRollout): Promise<RolloutView> {
    return this.#options.rollouts.start(by, ref, input);
  }

  listRollouts(by: Caller, ref: FunctionRef, page: PageRequest): Promise<Page<RolloutView>> {
    return this.#options.rollouts.list(by, ref, page);
  }

  getRollout(by: Caller, ref: FunctionRef, rollout: string): Promise<RolloutView> {
    return this.#options.rollouts.get(by, ref, rollout);
  }

  commandRollout(
    by: Caller,
    ref: FunctionRef,
    rollout: string,
    command: RolloutCommand,
  ): Promise<RolloutView> {
    return this.#options.rollouts.command(by, ref, rollout, command);
  }

  listAliases(by: Caller, ref: FunctionRef): Promise<readonly AliasView[]> {
    return this.#options.aliases.list(by, ref);
  }

  getAlias(by: Caller, ref: FunctionRef, name: string): Promise<AliasView> {
    return this.#options.aliases.get(by, ref, name);
  }

  setAlias(by: Caller, ref: FunctionRef, name: string, version: string): Promise<AliasView> {
    return this.#options.aliases.set(by, ref, name, version);
  }

  deleteAlias(by: Caller, ref: FunctionRef, name: string): Promise<void> {
    return this.#options.aliases.delete(by, ref, name);
  }

  viewCache(by: Caller): Promise<CacheView> {
    return this.#options.keptPages.view(by);
  }

  purgeCache(by: Caller, purge: CachePurge): Promise<number> {
    return this.#options.keptPages.purge(by, purge);
  }

  startLogin(actor: Actor, request: StartLogin): string {
    return this.#options.logins.start(actor, request);
  }

  finishLogin(from: Omit<Caller, 'actor'>, request: FinishLogin): Promise<LoginTokens> {
    return this.#options.logins.finish(from, request);
  }

  refreshLogin(from: Omit<Caller, 'actor'>, refreshToken: string, clientId: string): Promise<LoginTokens> {
    return this.#options.logins.refresh(from, refreshToken, clientId);
  }

  endLogin(from: Omit<Caller, 'actor'>, refreshToken: string): Promise<void> {
    return this.#options.logins.end(from, refreshToken);
  }

  listSchedules(by: Caller, query: ListSchedules): Promise<Page<ScheduleView>> {
    return this.#options.schedules.list(by, query);
  }

  async functionSchedules(by: Caller, ref: FunctionRef): Promise<readonly ScheduleView[]> {
    return this.#options.schedules.of(this.#record(by, ref));
  }

  async runSchedule(
    by: Caller,
    ref: FunctionRef,
    { cron, requestId }: { readonly cron: string; readonly requestId: string },
    signal: AbortSignal,
  ): Promise<ScheduledRunResult> {
    return this.#options.schedules.run(this.#record(by, ref), cron, requestId, signal);
  }

  listExperiments(
    by: Caller,
    place: Pick<ExperimentRef, 'project' | 'environment'>,
  ): readonly ExperimentView[] {
    return this.#options.experiments.listExperiments(by, place);
  }

  getExperiment(by: Caller, ref: ExperimentRef): Promise<ExperimentResult> {
    return this.#options.experiments.getExperiment(by, ref);
  }

  previewVariant(by: Caller, ref: ExperimentRef, input: PreviewInput): Promise<PreviewView> {
    return this.#options.experiments.previewVariant(by, ref, input);
  }

  convertVisitor(by: Caller, ref: ExperimentRef, input: ConversionInput): Promise<boolean> {
    return this.#options.experiments.convertVisitor(by, ref, input);
  }

  resetExperiment(by: Caller, ref: ExperimentRef): Promise<void> {
    return this.#options.experiments.resetExperiment(by, ref);
  }

  listProjects(by: Caller, page: PageRequest): Promise<Page<ProjectView>> {
    return this.#options.projects.list(by, page);
  }

  createProject(by: Caller, input: CreateProject): Promise<ProjectView> {
    return this.#options.projects.create(by, input);
  }

  getProject(by: Caller, project: string): Promise<ProjectView> {
    return this.#options.projects.get(by, project);
  }

  updateProject(by: Caller, project: string, input: UpdateProject): Promise<ProjectView> {
    return this.#options.projects.update(by, project, input);
  }

  deleteProject(by: Caller, project: string): Promise<void> {
    return this.#options.projects.delete(by, project);
  }

  listEnvironments(by: Caller, project: string): Promise<readonly EnvironmentView[]> {
    return this.#options.projects.listEnvironments(by, project);
  }

  createEnvironment(by: Caller, project: string, input: CreateEnvironment): Promise<EnvironmentView> {
    return this.#options.projects.createEnvironment(by, project, input);
  }

  getEnvironment(by: Caller, project: string, environment: string): Promise<EnvironmentView> {
    return this.#options.projects.getEnvironment(by, project, environment);
  }

  putEnvironment(
    by: Caller,
    project: string,
    environment: string,
    input: PutEnvironment,
  ): Promise<EnvironmentView> {
    return this.#options.projects.putEnvironment(by, project, environment, input);
  }

  deleteEnvironment(by: Caller, project: string, environment: string): Promise<void> {
    return this.#options.projects.deleteEnvironment(by, project, environment);
  }

  listOverlay(by: Caller, scope: OverlayScope): Promise<readonly EnvVariable[]> {
    return this.#options.overlays.list(by, scope);
  }

  setOverlay(by: Caller, scope: OverlayScope, input: SetEnv): Promise<OverlayChange> {
    return this.#options.overlays.set(by, scope, input);
  }

  deleteOverlay(by: Caller, scope: OverlayScope, key: string): Promise<OverlayChange> {
    return this.#options.overlays.delete(by, scope, key);
  }

  effectiveEnv(by: Caller, ref: FunctionRef): Promise<readonly EffectiveVariable[]> {
    return this.#options.overlays.effective(this.#options.queue.find(by, ref));
  }

  async promote(by: Caller, ref: FunctionRef, input: Promotion): Promise<DeployResult> {
    return this.#result(await this.#options.promotions.promote(by, ref, input));
  }

  identify(token: string): Identity | undefined {
    return this.#options.keys.identify(token);
  }

  createKey(by: Caller, input: CreateKey): Promise<CreatedKey> {
    return this.#options.keys.create(by, input);
  }

  listNamespaces(by: Caller, project: string): Promise<readonly DispatchNamespace[]> {
    return this.#options.namespaces.list(by, project);
  }

  getNamespace(by: Caller, project: string, name: string): Promise<DispatchNamespace> {
    return this.#options.namespaces.get(by, project, name);
  }

  createNamespace(by: Caller, project: string, name: string): Promise<DispatchNamespace> {
    return this.#options.namespaces.create(by, project, name);
  }

  renameNamespace(by: Caller, project: string, name: string, to: string): Promise<DispatchNamespace> {
    return this.#options.namespaces.rename(by, project, name, to);
  }

  deleteNamespace(by: Caller, project: string, name: string): Promise<void> {
    return this.#options.namespaces.delete(by, project, name);
  }

  migrateObjects(by: Caller, ref: FunctionRef, migration: ObjectMigration): Promise<void> {
    return this.#options.objectMigrations.apply(by, ref, migration);
  }

  listRegions(): readonly RegionView[] {
    return this.#options.regions.list();
  }

  getRegion(name: string): RegionView {
    return this.#options.regions.get(name);
  }

  createRegion(by: Caller, input: CreateRegion): Promise<RegionView> {
    return this.#options.regions.create(by, input);
  }

  updateRegion(by: Caller, name: string, input: UpdateRegion): Promise<RegionView> {
    return this.#options.regions.update(by, name, input);
  }

  deleteRegion(by: Caller, name: string): Promise<void> {
    return this.#options.regions.delete(by, name);
  }

  async listKeys(by: Caller, page: PageRequest): Promise<Page<KeyRecord>> {
    return this.#options.keys.list(by, page);
  }

  async getKey(by: Caller, id: string): Promise<KeyRecord> {
    return this.#options.keys.get(by, id);
  }

  revokeKey(by: Caller, id: string): Promise<KeyRecord> {
    return this.#options.keys.revoke(by, id);
  }

  async createApiKey(by: Caller, input: CreateApiKey): Promise<CreatedApiKey> {
    return this.#options.visitorKeys.create(by, input, this.#options.queue);
  }

  async listApiKeys(
    by: Caller,
    query: PageRequest & { readonly project?: string | undefined; readonly function?: string | undefined },
  ): Promise<Page<ApiKeyRecord>> {
    const { function: only, ...rest } = query;
    const { queue, visitorKeys } = this.#options;
    const functionId = only && queue.find(by, { idOrName: only, project: query.project }).record.id;
    return visitorKeys.list(by, { ...rest, ...(functionId && { functionId }) });
  }

  revokeApiKey(by: Caller, id: string): Promise<ApiKeyRecord> {
    return this.#options.visitorKeys.revoke(by, id);
  }

  async signUrl(by: Caller, ref: FunctionRef, input: SignUrl): Promise<SignedUrl> {
    const { queue, edge, urlKey } = this.#options;
    return signUrl(queue.find(by, ref).record, input, { edge, key: urlKey, now: Date.now() });
  }

  async audit(by: Caller, query: AuditQuery): Promise<Page<AuditRecord>> {
    const { id, projects } = by.actor;
    await this.#options.refusals.flush();
    return this.#options.store.audit.list({
      ...query,
      visibleTo: projects === null ? undefined : { projects, actor: id },
    });
  }

  noteRefusal(refusal: Refusal): void {
    this.#options.refusals.note(refusal);
  }

  findAddress(address: string): Promise<PlacedAddress> {
    return this.#options.geo.find(address);
  }

  listCertificates(by: Caller): Promise<readonly CertificateView[]> {
    return this.#options.certificates.list(by);
  }

  addCertificate(by: Caller, input: CreateCertificate): Promise<CertificateView> {
    return this.#options.certificates.add(by, input);
  }

  removeCertificate(by: Caller, name: string): Promise<void> {
    return this.#options.certificates.remove(by, name);
  }

  async health(): Promise<HealthReport> {
    return this.#options.reports.health();
  }

  ready(): boolean {
    return this.#options.reports.ready();
  }

  async info(): Promise<InfoReport> {
    return this.#options.reports.info();
  }

  /** Nobody waits for the answer, so that the function's own log is where its owner finds it. */
  #tellFailure({ id }: FunctionRecord, error: unknown): void {
    const { logs, log } = this.#options;
    const message = error instanceof Error ? error.message : String(error);
    try {
      logs.insert([
        {
          ...{ functionId: id, kind: 'error', level: 'error', requestId: null, version: null },
          ...{ time: new Date().toISOString(), message: `The deployment failed: ${message}` },
        },
      ]);
    } catch (cause) {
      log.error('why a deployment failed could not be logged', {
        function: id,
        message,
        cause: String(cause),
      });
    }
  }

  #record(by: Caller, ref: FunctionRef): FunctionRecord {
    return this.#options.queue.find(by, ref).record;
  }

  /** A stream may last for days, and a key be revoked meanwhile. */
  async *#whileStanding<T>({ actor }: Caller, entries: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const entry of entries) {
      if (!this.#options.keys.stands(actor)) {
        throw new AppError(
          'FN_009',
          `The key "${actor.name}" was revoked or has expired: go on with another.`,
          { status: 401 },
        );
      }
      yield entry;
    }
  }

  async #result({ record, version }: Change): Promise<DeployResult> {
    const view = await this.#view(record);
    return { view, buildLogs: version?.buildLogs ?? [], ...(version && { version }) };
  }

  async #view(record: FunctionRecord): Promise<FunctionView> {
    const [view] = await this.#views([record]);
    return view as FunctionView;
  }

  async #views(records: readonly FunctionRecord[]): Promise<FunctionView[]> {
    const { store, recording, edge } = this.#options;
    const ids = records.map((record) => record.id);
    const names = await store.env.names(ids);
    const versions = await Promise.all(records.map((record) => this.#shownVersion(record)));
    return records.map((record, index) => ({
      record,
      convention: record.activeVersion === null ? null : (versions[index]?.convention ?? null),
      envNames: names.get(record.id) ?? [],
      urls: urlsOf(record, edge),
      deploying: this.#options.progress.of(record.id),
      crashes: crashesOf(this.#options.crashes(record.id)),
      lastInvokedAt: recording.times.get(record.id)?.lastAt ?? null,
      invocations: recording.times.get(record.id)?.count ?? 0,
      buildLogs: record.failedBuildLogs ?? versions[index]?.buildLogs ?? [],
    }));
  }

  /** The live one or, without one, the newest. */
  async #shownVersion({ id, activeVersion }: FunctionRecord): Promise<VersionRecord | undefined> {
    const { store, functions } = this.#options;
    const shown = activeVersion ?? functions.newestVersion(id);
    return shown && store.versions.get(id, shown);
  }
}

function crashesOf(crashes: Crashes | undefined): FunctionCrashes | null {
  if (!crashes) return null;
  const { count, loop, last, retryAt } = crashes;
  return {
    ...{ count, loop },
    code: last?.code ?? null,
    reason: last?.message ?? null,
    lastOutput: last?.output ?? null,
    nextStartAt: retryAt > Date.now() ? new Date(retryAt).toISOString() : null,
  };
}
