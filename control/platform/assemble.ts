// Puts the platform together: opens what is stored, finds what still runs from an earlier control, starts what
// lacks. It is one list, long as there are many parts: what each is given can be read in one place.

import { X509Certificate } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { AdvisorySource } from '../advisories/ask-advisories.ts';
import { warmUp } from '../bundle/bundle.ts';
import { SecretScanner } from '../bundle/secret-scanner.ts';
import { validateSource } from '../bundle/validate-source.ts';
import { openSigningKey } from '../integrity/open-signing-key.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionId } from '../model/ids.ts';
import type { StretchLimits } from '../plan/judge-stretch.ts';
import { detectResources } from '../resources/detect-resources.ts';
import type { Resources } from '../resources/resources.ts';
import { ASSETS_MOUNT, OBJECTS_MOUNT, type Sandbox, SERVICES_MOUNT } from '../sandbox/bubblewrap.ts';
import { detectSandbox } from '../sandbox/detect-sandbox.ts';
import type { KeySource } from '../secrets/key-source.ts';
import { type OpenedVault, openVault } from '../secrets/open-vault.ts';
import { RuleKey } from '../secrets/rule-key.ts';
import { sealOldRows } from '../secrets/seal-old-rows.ts';
import type { Settings } from '../settings.ts';
import { AssetFiles } from '../store/asset-files.ts';
import { Bundles } from '../store/bundles.ts';
import { type DataDir, openDataDir } from '../store/data-dir.ts';
import { openStore, type Store } from '../store/store.ts';
import { type OwnerToken, readOrCreateToken } from '../store/token.ts';
import { openOrRenewLogStore } from '../telemetry/log-store.ts';
import { askRegion } from '../workerd/ask-region.ts';
import type { CompileOptions } from '../workerd/compile-config.ts';
import { ConfigSeal } from '../workerd/config-seal.ts';
import { bundleEdge } from '../workerd/edge-bundle.ts';
import { geoSources } from '../workerd/geo-service.ts';
import { OutboundCallers } from '../workerd/outbound-callers.ts';
import { RunDir } from '../workerd/run-dir.ts';
import type { TlsDoor } from '../workerd/tls-door.ts';
import { workerdBinary } from '../workerd/workerd-binary.ts';
import { Assets } from './assets/assets.ts';
import { openCertificates } from './certificates/open-certificates.ts';
import { ChangeQueue } from './change-queue.ts';
import { DeployProgress } from './deploy-progress.ts';
import { Deployer } from './deployer.ts';
import { Deployments } from './deployments.ts';
import { DispatchNamespaces } from './dispatch-namespaces.ts';
import { ExperimentCollector } from './experiments/collect-experiments.ts';
import { Experiments } from './experiments/experiments.ts';
import { hasExperiments } from './experiments/find-experiments.ts';
import { Explainer } from './explainer.ts';
import { FunctionAliases } from './function-aliases.ts';
import { FunctionEnv } from './function-env.ts';
import { FunctionWriter } from './function-writer.ts';
import { Functions } from './functions.ts';
import { GeoDesk } from './geo-desk.ts';
import { Grants } from './grants.ts';
import { startHousekeeping } from './housekeeping.ts';
import { Instances } from './instances.ts';
import { IntegrityGuard } from './integrity-guard.ts';
import { Invoker } from './invoker.ts';
import { KeptPages } from './kept-pages.ts';
import { KeyRing } from './key-ring.ts';
import { RateLimitCounters } from './limits/rate-limits.ts';
import { Logins } from './logins.ts';
import { ObjectMigrations } from './object-migrations.ts';
import { Objects } from './objects.ts';
import { Overlays } from './overlays.ts';

import type { PlatformLog } from './platform-log.ts';
import { compilePrograms } from './programs.ts';
import { Projects } from './projects.ts';
import { Promotions } from './promotion.ts';
import { readCatalog } from './read-catalog.ts';
import { Recording } from './recording.ts';
import { Redactors } from './redactors.ts';
import { Refusals } from './refusals.ts';
import { RegionWatch } from './region-watch.ts';
import { Regions } from './regions.ts';
import { renewInstances } from './renew-instances.ts';
import { Requirements } from './requirements.ts';
import { RolloutWriter } from './rollout-writer.ts';
import { Rollouts } from './rollouts.ts';
import { RuleSecrets } from './rule-secrets.ts';
import { Runtime } from './runtime.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { Selvedge } from './selvedge.ts';
import { SourceSearch } from './source-search.ts';
import { SystemReports } from './system-reports.ts';
import { Tails } from './tails.ts';
import { Tryouts } from './tryouts.ts';
import { VersionFigures } from './version-figures.ts';
import { Versions } from './versions.ts';
import { VisitorKeys } from './visitor-keys.ts';

/** Of the machine's memory, or of what its container is given: the rest is for fronts, control and the kernel. */
const instancesShare = 0.8;

/** How long requests in flight may take when everything is stopped. */
const stopGraceMs = 10_000;

export interface Running {
  readonly platform: Selvedge;
  readonly token: OwnerToken;
  readonly store: Store;
  readonly sandbox: Sandbox;
  readonly resources: Resources;
  readonly vault: OpenedVault;
  readonly edgePort: number;
  /** Undefined where no TLS is served. */
  readonly tls: TlsDoor | undefined;
  /** The control API answers at this port, which is closed to functions when this resolves. */
  controlListens(port: number): Promise<void>;
  /** Ends everything that runs, and lets go of the data directory. */
  stop(): Promise<void>;
  /** After a start that failed further on: leaves what ran before it, and otherwise stops. */
  abandon(): Promise<void>;
  /** Lets go of the data directory; fronts and instances go on for the next control. */
  leave(): Promise<void>;
}

/** Rejects with an error for the person at the terminal; then nothing that was started here is left running. */
export async function assemble(settings: Settings, log: PlatformLog): Promise<Running> {
  const dataDir = openDataDir(settings.dataDir);
  try {
    return await assembleIn(dataDir, settings, log);
  } catch (error) {
    dataDir.close();
    throw error;
  }
}

async function assembleIn(dataDir: DataDir, settings: Settings, log: PlatformLog): Promise<Running> {
  const workerd = workerdBinary();
  const runDir = new RunDir(dataDir.run, dataDir.assets.files);
  // Each has a folder of its own, as each clears it of what it does not know.
  const configCache = makeFolder(dataDir.cache, 'configs');
  const packageCache = makeFolder(dataDir.cache, 'packages');
  const resources = detectResources({
    limits: settings.limits,
    dataDir: settings.dataDir,
    rememberedIn: runDir.groupsFile(),
  });
  const store = await openStore(dataDir);
  // Where functions are made that name no project.
  await store.projects.ensure('default', new Date().toISOString());
  const source: KeySource =
    settings.masterKey.kind === 'own file'
      ? { kind: 'file', path: dataDir.masterKey, ours: true }
      : settings.masterKey.kind === 'file'
        ? { ...settings.masterKey, ours: false }
        : settings.masterKey;
  const opened = await openVault({ store, source, previous: settings.masterKeyPrevious });
  const { vault } = opened;
  const sealed = await sealOldRows({ store, vault, clearConfigs: async () => clearFolder(configCache) });
  if (sealed > 0) log.info('secrets that were stored as they were are sealed now', { values: sealed });
  const logs = openOrRenewLogStore(dataDir, (message) => log.warn(message));
  const bundles = new Bundles(dataDir);
  const assets = new Assets({
    store,
    manifests: new Bundles({ bundles: dataDir.assets.manifests }),
    files: new AssetFiles(dataDir.assets.files),
  });
  const key = await openSigningKey({
    ...{ store, path: settings.signingKey ?? dataDir.signingKey, publicPath: dataDir.publicKey },
    log: (message, details) => log.info(message, details),
  });
  const guard = new IntegrityGuard({ key, bundles, store, log });
  const compile: Omit<CompileOptions, 'cacheDir'> = {
    workerd,
    seal: new ConfigSeal(key.derive('config cache')),
    onBroken: (path) =>
      log.warn('a compiled config was not as it was written, and is compiled again', { path }),
  };
  const egress = { openNetworks: settings.egressPrivate, extraCas: settings.egressCa };
  const outboundSettings = JSON.stringify([egress, await readCas('SELVEDGE_EGRESS_CA', settings.egressCa)]);
  await readCas('SELVEDGE_TLS_CLIENT_CA', settings.tls?.clientCa);
  await readCas('SELVEDGE_ACME_CA', settings.acme.ca);
  const geo = { front: { local: settings.geo.local }, sources: geoSources(settings.geo) };
  const cacheSettings = {
    storeDir: join(dataDir.path, 'cache-store'),
    bytesMax: settings.cacheMb * 1024 * 1024,
  };
  const bindingKey = key.derive('bindings').toString('base64');
  const ruleKey = new RuleKey(vault);
  const ruleSecrets = new RuleSecrets({ store, vault, key: ruleKey });
  const [token, sandbox, programs, catalog, bindingWorker] = await Promise.all([
    readOrCreateToken(dataDir, settings.token),
    findSandbox(settings, workerd, runDir.servicesDir()),
    compilePrograms({
      ...{ runDir, slots: settings.slots, bindingKey, outboundSettings, cacheSettings },
      geo: settings.geo.off ? null : geo,
      ...{ tls: settings.tls, domain: settings.domain },
      ruleKeys: {
        json: JSON.stringify(ruleKey.forFronts),
        mark: vault.platformMark('placeholder', 'rule keys').slice(0, 32),
      },
      compile: { ...compile, cacheDir: configCache },
    }),
    readCatalog(store),
    bundleEdge('binding'),
    warmUp(),
  ]);

  const callers = new OutboundCallers({ runDir, log: (message, details) => log.warn(message, details) });
  const objects = new Objects({ store, dir: join(dataDir.path, 'objects') });
  const scanner = new SecretScanner();
  const redactors = new Redactors({ store, vault });
  const versions = new Versions({
    redactors,
    ...{ store, bundles, configCache, packageCache, compile, guard, callers, vault, assets },
    search: new SourceSearch({
      scan: (code) => scanner.scan(code),
      policyOf: async (project) =>
        (await store.projects.get(project))?.settings.secret_scan ?? settings.secretScan,
    }),
    advisories: settings.advisoryUrl === undefined ? undefined : new AdvisorySource(settings.advisoryUrl),
    servicesDir: sandbox.kind === 'none' ? runDir.servicesDir() : SERVICES_MOUNT,
    ...{ grants: new Grants(bindingKey), bindingWorker, objects },
    objectsDirInside: (id) => (sandbox.kind === 'none' ? objects.dirOf(id) : OBJECTS_MOUNT),
    assetsDir: sandbox.kind === 'none' ? dataDir.assets.files : ASSETS_MOUNT,
  });
  const recording = new Recording({ store, logs, versions, redactors, runDir, log });
  const keys = await KeyRing.read({
    ...{ store, ownerToken: token.token },
    publish: () => runtime.publishCredentials(),
  });
  const visitorKeys = await VisitorKeys.read({
    store,
    publish: (changes) => runtime.publishApiKeys(changes),
  });
  const refusals = new Refusals(store, log);
  const figures = new VersionFigures();
  const tails = new Tails({
    ...{ catalog, logs },
    stands: (actor) => keys.stands(actor),
    publish: (id) => runtime.publish(id),
  });
  const watch = new RegionWatch({
    ask: (url) => askRegion(runDir.originSocket(), url),
    onChange: () => {
      regions
        .tell()
        .catch((error: unknown) =>
          log.error('fronts could not be told of regions', { error: String(error) }),
        );
    },
    log: (message, details) => log.warn(message, details),
  });
  const regions: Regions = new Regions({
    ...{ store, vault, ruleKey, watch, catalog },
    here: settings.region,
    publish: (table) => runtime.publishRegions(table),
  });
  await regions.load();
  const unlisted = new Map<string, StretchLimits>();
  const runtime: Runtime = new Runtime({
    ...{ unlisted, tails, visitorKeys },
    redactors,
    ruleSecrets,
    ...{
      store,
      catalog,
      versions,
      recording,
      figures,
      programs,
      callers,
      egress,
      cacheSettings,
      sandbox,
      resources,
      runDir,
    },
    ...{ workerd, log },
    objectsDirOf: (id) => objects.dirOf(id),
    edge: settings.edge,
    domain: settings.domain,
    tls: settings.tls,
    trustedProxies: settings.trustedProxies,
    geoSources: geo.sources,
    regions,
    keys,
    fronts: availableParallelism(),
    slots: settings.slots,
    onCrashLoop: (id, looping) => {
      functions
        .markFailed(id, looping)
        .catch((error: unknown) =>
          log.error('a crash loop could not be recorded', { function: id, error: String(error) }),
        );
    },
    memoryBytes: settings.memoryMb === undefined ? machineShareBytes() : settings.memoryMb * 1024 * 1024,
  });
  await objects.sweep((id) => catalog.get(id) !== undefined);
  const { certificates, orders } = openCertificates({
    ...{ store, vault, log, acme: settings.acme, dir: runDir.certificatesDir() },
    door: () => runtime.tls,
    publish: (challenges) => runtime.publishChallenges(challenges),
  });
  await certificates.fillFolder();
  await runtime.start(runDir.readRecords());

  const { fleet, supervisor, fronts } = runtime;
  const publish = (id: string): Promise<void> => runtime.publish(id);
  const progress = new DeployProgress();
  const requirements = new Requirements({ store, code: (version) => versions.code(version) });
  const deployer = new Deployer({
    ...{ store, catalog, fleet, supervisor, versions, runDir, progress, requirements, publish },
  });
  const queue = new ChangeQueue(catalog);
  const writer = new FunctionWriter({ store, catalog, fleet, deployer, publish });
  const functions = new Functions({
    ...{ store, catalog, fleet, versions, vault, queue, writer, requirements, ruleSecrets, publish },
    regions,
    domain: settings.domain,
    onDeleted: (id) => {
      const running = [...supervisor.instances].filter(({ functionId }) => functionId === id);
      Promise.all(running.map(({ process }) => process.exited))
        .then(() => objects.remove(id))
        .catch((error: unknown) =>
          log.error('objects of a deleted function could not be removed', {
            function: id,
            error: String(error),
          }),
        );
      runtime.cache.purge({ function: id, everything: true }).catch((error: unknown) =>
        log.error('kept answers of a deleted function could not be removed; they go by themselves', {
          function: id,
          error: String(error),
        }),
      );
      recording.forget(id);
      guard.forget(id);
      ruleSecrets.forget(id);
      visitorKeys.functionDeleted(id as FunctionId).catch((error: unknown) =>
        log.error('API keys of a deleted function could not be removed', {
          function: id,
          error: String(error),
        }),
      );
      runtime.shadows.forget(id);
    },
  });
  const projects = new Projects({ store, catalog });
  const namespaces = new DispatchNamespaces({ store, catalog, functions });
  const objectMigrations = new ObjectMigrations(queue, objects, async (id) => {
    const ending = [...supervisor.instances].filter(
      (one) => one.functionId === id && one.objects && one.cordoned,
    );
    await Promise.all(ending.map(({ process }) => process.exited));
  });
  const renewal = { store, catalog, fleet, deployer, publish };
  const overlays = new Overlays({
    ...{ store, catalog, vault, projects, requirements, ruleSecrets, log },
    renew: (id) => queue.inTurn(id, () => renewInstances(id, renewal)),
  });
  const promotions = new Promotions({ store, catalog, queue, writer, requirements, ruleSecrets, publish });
  const invoker = new Invoker({
    fronts: () => [...fronts.fronts],
    instances: (id) => fleet.instancesOf(id),
    instanceAt: (slot) => fleet.instanceAt(slot),
    liveVersion: (id) => catalog.get(id)?.record.activeVersion ?? undefined,
    logs: recording.invocations,
    redact: (id, version, text) => redactors.now(id, version, text),
  });
  const schedules = new Schedules({
    ...{ store, catalog, log, now: Date.now },
    invoke: (id, input, signal) => {
      tails.scheduled(id, input.requestId, input.event);
      return invoker.invoke(id, input, signal);
    },
  });
  const tryouts = new Tryouts({
    ...{ store, queue, versions, vault, fleet, supervisor, callers, runDir, recording, unlisted },
    cacheDir: emptyFolder(dataDir.cache, 'tryouts'),
  });
  const deployments = new Deployments({ store, catalog, queue, writer, versions });
  const rollouts = new Rollouts({
    ...{ store, queue, figures, fleet, log },
    writer: new RolloutWriter({ store, writer }),
  });
  const variables = new FunctionEnv({ store, vault, queue, writer, versions, ruleSecrets, publish });
  const edge = {
    host: settings.edge.host,
    port: fronts.port,
    domain: settings.domain,
    tlsPort: runtime.tls?.port,
  };
  const desk = new GeoDesk(settings.geo.off ? undefined : runDir.geoSocket());
  for (const problem of await desk.look()) log.warn(problem);
  const reports = new SystemReports({
    geo: desk,
    ...{ runtime, recording, catalog, guard, certificates, sandbox, resources, edge, workerd },
  });
  const collector = new ExperimentCollector({
    ...{ store, now: () => new Date() },
    fronts: () => fronts.fronts,
    needed: () => [...catalog.all()].some(({ record }) => hasExperiments(record)),
  });
  const platform = new Selvedge({
    ...{ namespaces, objectMigrations, visitorKeys, geo: desk },
    urlKey: ruleKey.urls,
    experiments: new Experiments({
      ...{ store, catalog, collector, edge },
      previewKey: ruleKey.forFronts.previews,
    }),
    ...{ queue, deployments, rollouts, variables },
    certificates,
    aliases: new FunctionAliases({ store, catalog, queue, edge, publish }),
    keptPages: new KeptPages({
      ...{ store, catalog, cache: runtime.cache },
      find: (by, ref) => queue.find(by, ref),
    }),
    ...{ store, logs, functions, versions, invoker, edge, reports, recording, keys, refusals, log },
    logins: new Logins({ keys, vault, ownerToken: token.token }),
    regions,
    ...{ progress, tryouts, assets, schedules, projects, overlays, promotions, tails },
    secrets: new Secrets({ store, vault, source }),
    explainer: new Explainer(() => [...fronts.fronts]),
    validate: (code) => validateSource(code, packageCache),
    instances: new Instances({ catalog, running: () => supervisor.instances }),
    crashes: (id) => fleet.crashes(id),
    rateLimits: new RateLimitCounters(() => fronts.fronts),
    shadow: (id, version) => runtime.shadows.of(id, version),
  });
  overlays
    .finishOwed()
    .catch((error: unknown) => log.error('instances could not be renewed', { error: String(error) }));
  await rollouts.load();
  await store.transaction((tx) => tx.experiments.carryOver([...fronts.fronts].map(({ id }) => id)));
  runtime.onTick = (now) => {
    rollouts.tick(now);
    collector
      .collect()
      .catch((error: unknown) =>
        log.error('what fronts counted of experiments could not be stored', { error: String(error) }),
      );
  };
  const stopHousekeeping = startHousekeeping({ store, bundles, assets, logs, log });
  await schedules.start();
  if (runtime.tls) orders.start();

  const close = async (): Promise<void> => {
    stopHousekeeping();
    await orders.stop();
    desk.close();
    tails.close();
    watch.close();
    callers.close();
    await scanner.close();
    await recording.close();
    await keys.flush();
    await visitorKeys.flush();
    await refusals.flush();
    logs.close();
    await store.close();
    dataDir.close();
  };
  return {
    ...{ platform, token, store, sandbox, resources, vault: opened },
    ...{ edgePort: fronts.port, tls: runtime.tls },
    controlListens: (port) => callers.protect({ port }),
    stop: async () => {
      schedules.leave();
      await collector.collect();
      await runtime.stop(stopGraceMs);
      await schedules.settled();
      await close();
    },
    abandon: () => {
      schedules.leave();
      return runtime.abandon().then(close);
    },
    leave: () => {
      schedules.leave();
      return runtime.leave().then(close);
    },
  };
}

function machineShareBytes(): number {
  const constrained = process.constrainedMemory();
  const machine = totalmem();
  return Math.floor(instancesShare * (constrained > 0 ? Math.min(constrained, machine) : machine));
}

/** What an earlier control has left in it is of no use. */
function emptyFolder(parent: string, name: string): string {
  rmSync(join(parent, name), { recursive: true, force: true });
  return makeFolder(parent, name);
}

function clearFolder(path: string): void {
  for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
}

function makeFolder(parent: string, name: string): string {
  const path = join(parent, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** @throws {AppError} SYS_001 for a file that holds no certificate: Node would start without a word. */
async function readCas(setting: string, path: string | undefined): Promise<string> {
  if (path === undefined) return '';
  const wrong = (why: string, cause?: unknown): AppError =>
    new AppError(
      'SYS_001',
      `${setting} is ${JSON.stringify(path)}, ${why}: it must be a file with certificates in PEM.`,
      {},
      cause,
    );
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw wrong('which cannot be read', error);
  });
  try {
    new X509Certificate(text);
  } catch (error) {
    throw wrong('which holds no certificate', error);
  }
  return text;
}

async function findSandbox(settings: Settings, workerd: string, servicesDir: string): Promise<Sandbox> {
  const sandbox = await detectSandbox(workerd, servicesDir);
  if (sandbox.kind === 'none' && settings.sandbox === 'required') {
    throw new AppError('SYS_001', `SELVEDGE_SANDBOX is "required", but ${sandbox.description}.`);
  }
  return sandbox;
}
