// From source to a version, and from a version to the config that its instances run with.

import { createHash } from 'node:crypto';
import type { InstanceInfo } from '../../edge/contract/console-line.ts';
import type { AdvisorySource } from '../advisories/ask-advisories.ts';
import { auditLog } from '../advisories/match-advisories.ts';
import { bundle } from '../bundle/bundle.ts';
import { mapStack } from '../bundle/map-stack.ts';
import { mapStartFailure } from '../bundle/map-start-failure.ts';
import { packReadyMade } from '../bundle/pack-ready-made.ts';
import type { Bundle, BundleContent } from '../bundle/types.ts';
import { cacheCallerSocket } from '../cache/contract.ts';
import type { VersionAudit } from '../model/advisories.ts';
import { AppError } from '../model/errors.ts';
import type {
  Code,
  EnvVariable,
  FunctionRecord,
  VersionRecord,
  VersionSettings,
  VersionVariable,
} from '../model/function.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import { ReadyMade } from '../model/ready-made.ts';
import { noAnnotations, type VersionAnnotations } from '../model/version.ts';
import { type CallerRecord, callerSocket } from '../outbound/contract.ts';
import { isSecret, type RuntimeValues, runtimeValues } from '../secrets/runtime-values.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Bundles } from '../store/bundles.ts';
import type { Store } from '../store/store.ts';
import { runnableDate, tellDate } from '../workerd/compatibility.ts';
import { type CompileOptions, compileConfig } from '../workerd/compile-config.ts';
import type { WorkerdConfig } from '../workerd/config.ts';
import { emitCapnp } from '../workerd/emit-capnp.ts';
import { instanceConfig, redactSecrets } from '../workerd/instance-config.ts';
import { callerName, type OutboundCallers } from '../workerd/outbound-callers.ts';
import { fillPlaceholders, type Placeholder, placeholdersFor } from '../workerd/placeholder.ts';
import type { Assets } from './assets/assets.ts';
import { type InstanceAssetsInput, instanceAssets } from './assets/instance-assets.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { Grants } from './grants.ts';
import { instanceBindings } from './instance-bindings.ts';
import type { IntegrityGuard } from './integrity-guard.ts';
import type { ObjectKeys, Objects } from './objects.ts';
import { overlaid } from './overlay-of.ts';
import type { Redactors } from './redactors.ts';
import type { SourceSearch } from './source-search.ts';
import { versionId } from './version-id.ts';

/** Configs and source maps of versions that were used lately, ready for a cold start. */
const cachedBytesMax = 256 * 1024 * 1024;

export interface VersionsOptions {
  readonly store: Store;
  readonly bundles: Bundles;
  readonly configCache: string;
  readonly packageCache: string;
  /** How configs are compiled, but for the folder where they are kept. */
  readonly compile: Omit<CompileOptions, 'cacheDir'>;
  readonly guard: IntegrityGuard;
  readonly search: SourceSearch;
  /** Undefined where none is set. */
  readonly advisories: AdvisorySource | undefined;
  readonly callers: OutboundCallers;
  readonly vault: Vault;
  readonly redactors: Redactors;
  /** Where instances find their sockets of the outbound. */
  readonly servicesDir: string;
  readonly objects: Pick<Objects, 'keysOf' | 'keysOnce'>;
  /** Folder of a function's objects as its instance sees it. */
  readonly objectsDirInside: (functionId: string) => string;
  readonly assets: Assets;
  /** Where instances find the static files of all projects. */
  readonly assetsDir: string;
  readonly grants: Grants;
  /** Text of the built `binding.worker.ts`. */
  readonly bindingWorker: string;
}

interface Hidden {
  readonly env: readonly VersionVariable[];
  readonly fill: (config: Uint8Array) => Uint8Array;
}

export class Versions {
  readonly #options: VersionsOptions;
  readonly #configs = new BoundedCache<Uint8Array>(cachedBytesMax, (config) => config.length);
  readonly #sourceMaps = new BoundedCache<string>(cachedBytesMax / 4, (text) => text.length);

  constructor(options: VersionsOptions) {
    this.#options = options;
  }

  /** Bundles source and keeps the bundle; rejects with FN_005 and the build log. */
  async build(
    record: FunctionRecord,
    code: Code | ReadyMade,
    env: readonly EnvVariable[],
    annotations: Partial<VersionAnnotations> = {},
  ): Promise<VersionRecord> {
    const { handler, convention, dependencies } = record;
    const { packageCache, search } = this.#options;
    const building: Promise<Bundle> =
      code instanceof ReadyMade
        ? packReadyMade(code)
        : bundle({ code, handler, convention, dependencies }, { cacheDir: packageCache });
    const [built, found] = await Promise.all([
      building,
      building.then(({ content }) => search.search(record.project, content.code)),
    ]);
    await this.#options.bundles.put(built.hash, built.bytes);
    const sourceHash = createHash('sha256').update(JSON.stringify(built.content.code)).digest('hex');
    const said = { ...noAnnotations, sourceHash, ...annotations };
    const audit = await this.#audit(built);
    const logs = [
      ...built.logs,
      ...tellDate(record.compatibilityDate),
      ...found,
      ...(audit ? auditLog(audit) : []),
    ];
    const made = this.#newVersion(record, built.hash, built.content.convention, logs, env, said);
    return this.#options.guard.sign({ ...made, audit });
  }

  async #audit({ packages }: Bundle): Promise<VersionAudit | null> {
    const { advisories } = this.#options;
    return packages === undefined || advisories === undefined ? null : advisories.check(packages);
  }

  /** A version of which nothing is kept, neither its bundle nor, in `cacheDir`, its config. */
  async buildOnce(
    record: FunctionRecord,
    code: Code,
    env: readonly EnvVariable[],
  ): Promise<{ version: VersionRecord; content: BundleContent }> {
    const { handler, convention, dependencies } = record;
    const input = { code, handler, convention, dependencies };
    const built = await bundle(input, { cacheDir: this.#options.packageCache });
    const { convention: chosen } = built.content;
    const version = this.#newVersion(record, built.hash, chosen, built.logs, env, noAnnotations);
    return { version, content: built.content };
  }

  async configOnce(
    record: FunctionRecord,
    version: VersionRecord,
    content: BundleContent,
    cacheDir: string,
  ): Promise<Uint8Array> {
    const { compile, callers } = this.#options;
    const hidden = this.#hidden(record, version);
    const keys = this.#options.objects.keysOnce(version);
    const text = emitCapnp(await this.#model(record, version, content, hidden.env, { keys }));
    const [config] = await Promise.all([
      compileConfig(text, { ...compile, cacheDir }),
      callers.admit(callerOf(record, version.id, version.settings.egress)),
    ]);
    return hidden.fill(config);
  }

  /** The same bundle with the function's settings and environment of now. */
  withSettings(
    record: FunctionRecord,
    version: VersionRecord,
    env: readonly EnvVariable[],
    annotations: Partial<VersionAnnotations> = {},
  ): VersionRecord {
    this.#options.guard.assertSigned(record, version);
    const { bundle, convention, buildLogs } = version;
    const make = (said: VersionAnnotations): VersionRecord =>
      this.#newVersion(record, bundle, convention, buildLogs, env, said);
    const same = make({ ...version.annotations, ...annotations });
    // What was said of a version was said of that one: another does not go by its tag.
    const unsaid = { ...version.annotations, message: null, tag: null, ...annotations };
    const made = same.id === version.id ? same : make(unsaid);
    return this.#options.guard.sign({ ...made, audit: version.audit });
  }

  async code(version: VersionRecord): Promise<Code> {
    return (await this.#content(version)).code;
  }

  /** To build another version from. @throws {AppError} SYS_004 when the version is not what was signed. */
  async signedSource(record: FunctionRecord, version: VersionRecord): Promise<Code | ReadyMade> {
    const { code, readyMade, modules } = contentOf(await this.#options.guard.check(record, version));
    if (!readyMade || typeof code === 'string') return code;
    return new ReadyMade({ ...readyMade, modules: modules.filter(({ name }) => Object.hasOwn(code, name)) });
  }

  /**
   * Binary config for workerd's standard input, of an instance that is about to start: its way out is open.
   *
   * With `scratch` its objects are stored nowhere: it is only to be probed.
   *
   * @throws {AppError} SYS_004 when the version is not what was signed, whatever is cached of it.
   */
  async config(
    record: FunctionRecord,
    version: VersionRecord,
    { scratch = false }: { readonly scratch?: boolean } = {},
  ): Promise<Uint8Array> {
    const { egress } = version.settings;
    const bytes = await this.#options.guard.check(record, version);
    // What was signed is checked before what is set at the environment is put over it.
    const { version: effective, revision } = await overlaid(this.#options.store, record, version);
    const hidden = this.#hidden(record, effective);
    const [config] = await Promise.all([
      this.#compiled(record, version, bytes, hidden.env, revision, scratch),
      this.#options.callers.admit(callerOf(record, version.id, egress)),
    ]);
    return hidden.fill(config);
  }

  /** With placeholders in it: it is kept, in memory and on disk. */
  async #compiled(
    record: FunctionRecord,
    version: VersionRecord,
    bytes: Uint8Array,
    env: readonly VersionVariable[],
    overlay: string,
    scratch: boolean,
  ): Promise<Uint8Array> {
    const keys = await this.#options.objects.keysOf(record, version);
    const storage = `${scratch ? 'scratch' : ''}${JSON.stringify([...keys])}`;
    const name = `${record.project}/${record.name} ${record.id} ${version.id} ${record.timeout} ${overlay} ${storage}`;
    const cached = this.#configs.get(name);
    if (cached) return cached;
    const objectsDir = scratch ? undefined : this.#options.objectsDirInside(record.id);
    const stored = { keys, objectsDir };
    const text = emitCapnp(await this.#model(record, version, contentOf(bytes), env, stored));
    const { configCache, compile } = this.#options;
    const config = await compileConfig(text, { ...compile, cacheDir: configCache });
    this.#configs.set(name, config);
    return config;
  }

  /** The config as capnp text for people; secrets are blanked, and not even opened. */
  async configText(record: FunctionRecord, version: VersionRecord): Promise<string> {
    const { version: effective } = await overlaid(this.#options.store, record, version);
    const env = effective.settings.env.map((variable) =>
      isSecret(variable) ? { ...variable, value: '', secret: true } : variable,
    );
    const keys = await this.#options.objects.keysOf(record, version);
    const stored = { keys, objectsDir: this.#options.objectsDirInside(record.id) };
    const content = await this.#content(version);
    return emitCapnp(redactSecrets(await this.#model(record, version, content, env, stored, 'people')));
  }

  async mapStack(functionId: FunctionId, id: VersionId, stack: string): Promise<string> {
    const version = await this.#options.store.versions.get(functionId, id);
    if (!version) return stack;
    let map = this.#sourceMaps.get(version.bundle);
    if (map === undefined) {
      const { sourceMap, readyMade } = await this.#content(version);
      map = JSON.stringify([sourceMap, readyMade?.sourceMaps]);
      this.#sourceMaps.set(version.bundle, map);
    }
    const [sourceMap, modules] = JSON.parse(map) as [string, Record<string, string> | null];
    return mapStack(stack, sourceMap, modules ?? undefined);
  }

  /** The error of a version that could not start, its stack in the user's source as far as it has one. */
  async mapFailure(version: VersionRecord, error: unknown): Promise<unknown> {
    if (!(error instanceof AppError)) return error;
    const { sourceMap, readyMade } = await this.#content(version);
    const message = mapStartFailure(error.message, sourceMap, readyMade?.sourceMaps);
    return new AppError(error.code, message, error.details, error);
  }

  async #content(version: VersionRecord): Promise<BundleContent> {
    return contentOf(await this.#options.bundles.get(version.bundle));
  }

  /** The secrets of a version, opened and with their references filled in. */
  #values(record: FunctionRecord, version: VersionRecord): RuntimeValues {
    const { vault } = this.#options;
    return runtimeValues(version.settings.env, (name, sealed) => vault.open(record.project, name, sealed));
  }

  /** Variables for a config that may be kept, and what puts the secrets into it that may not. */
  #hidden(record: FunctionRecord, version: VersionRecord): Hidden {
    const { plain, secret } = this.#values(record, version);
    this.#options.redactors.learn(record.id, version.id, secret);
    const mark = this.#options.vault.platformMark('placeholder', `${record.id} ${version.id}`).slice(0, 32);
    const placeholders: readonly Placeholder[] = placeholdersFor(
      mark,
      secret.map(({ json }) => json),
    );
    return {
      env: [
        ...plain,
        ...secret.map(({ name }, index) => ({
          ...{ key: name, value: placeholders[index]?.text ?? '' },
          ...{ secret: true, json: true as const },
        })),
      ],
      fill: (config) => fillPlaceholders(config, mark, placeholders),
    };
  }

  async #model(
    record: FunctionRecord,
    version: VersionRecord,
    content: BundleContent,
    env: readonly VersionVariable[],
    { keys, objectsDir }: { readonly keys: ObjectKeys; readonly objectsDir?: string | undefined },
    audience: InstanceAssetsInput['audience'] = 'instance',
  ): Promise<WorkerdConfig> {
    const secrets = env.filter(({ secret }) => secret).map(({ key }) => key);
    const info: InstanceInfo = {
      function: record.id,
      name: record.name,
      project: record.project,
      version: version.id,
      timeoutMs: record.timeout * 1000,
      waitUntilMs: version.settings.waitUntilTimeout * 1000,
      concurrency: version.settings.concurrency,
      ...(secrets.length > 0 && { secrets }),
    };
    const { compatibilityDate, compatibilityFlags, memory } = version.settings;
    const { assets, assetsDir, servicesDir } = this.#options;
    const hasFunction = content.modules.length > 0;
    return instanceConfig({
      modules: content.modules,
      compatibilityDate: runnableDate(compatibilityDate),
      compatibilityFlags,
      env,
      info,
      memoryMb: memory,
      assets: await instanceAssets(assets, { record, version, hasFunction, assetsDir, audience }),
      bindings: {
        list: instanceBindings(record, version, this.#options.grants, keys),
        objectsDir,
        worker: this.#options.bindingWorker,
        servicesDir,
      },
      outboundSocket: `${servicesDir}/${callerSocket(callerName(record.id, version.id))}`,
      cacheSocket: `${servicesDir}/${cacheCallerSocket(callerName(record.id, version.id))}`,
    });
  }

  #newVersion(
    record: FunctionRecord,
    bundleHash: VersionRecord['bundle'],
    convention: VersionRecord['convention'],
    buildLogs: readonly string[],
    env: readonly EnvVariable[],
    annotations: VersionAnnotations,
  ): VersionRecord {
    const settings: VersionSettings = {
      compatibilityDate: record.compatibilityDate,
      compatibilityFlags: record.compatibilityFlags,
      memory: record.memory,
      concurrency: record.concurrency,
      waitUntilTimeout: record.waitUntilTimeout,
      egress: record.egress,
      env: env.map(({ key, value, secret, json }) => ({ key, value, secret, ...(json && { json }) })),
      bindings: record.bindings,
      assets: record.assets,
    };
    const mark = (name: string, sealed: string): string =>
      this.#options.vault.mark(record.project, name, sealed);
    return {
      id: versionId(bundleHash, settings, annotations, mark),
      functionId: record.id,
      bundle: bundleHash,
      settings,
      convention,
      buildLogs,
      annotations,
      signature: null,
      audit: null,
      createdAt: new Date().toISOString(),
    };
  }
}

const contentOf = (bytes: Uint8Array): BundleContent =>
  JSON.parse(Buffer.from(bytes).toString('utf8')) as BundleContent;

/** A version of the function by its id, or by a prefix of 8 digits or more that only one has. */
export async function findVersion(
  store: Store,
  functionId: FunctionId,
  text: string,
): Promise<VersionRecord> {
  const found = /^[0-9a-f]{8,64}$/.test(text) ? await store.versions.findByPrefix(functionId, text) : [];
  if (found.length === 1 && found[0]) return found[0];
  throw new AppError(
    'FN_001',
    found.length > 1
      ? `"${text}" is the beginning of ${found.length} versions of this function: give more digits.`
      : `This function has no version "${text.slice(0, 80)}": GET /functions/${functionId}/versions lists them.`,
  );
}

const callerOf = (
  { id, project }: FunctionRecord,
  version: VersionId,
  egress: CallerRecord['egress'],
): CallerRecord => ({ function: id, project, version, egress });
