// Everything that runs: instances, fronts, the outbound, and the table that connects them. It is long as there are many:
// each is made, started, taken over and ended here in the same few lines, and does its work elsewhere.

import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { LeaseAnswer } from '../../edge/contract/front-api.ts';
import type { RegionsTable } from '../../edge/contract/regions.ts';
import type { Credentials, FunctionEntry } from '../../edge/contract/routing-table.ts';
import type { GeoOptions } from '../geo/contract.ts';
import { storesObjects } from '../model/binding.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import { compileRoutes } from '../plan/compile-routes.ts';
import { compileFunction } from '../plan/compile-table.ts';
import { overdueGraceMs, type StretchLimits } from '../plan/judge-stretch.ts';
import { RateLimits } from '../plan/rate-limit.ts';
import type { Resources } from '../resources/resources.ts';
import type { Sandbox } from '../sandbox/bubblewrap.ts';
import { isolationOf } from '../sandbox/isolation.ts';
import type { Address } from '../settings.ts';
import type { Store } from '../store/store.ts';
import { CacheProcess, type CacheSettings } from '../workerd/cache-process.ts';
import { connectedInstances } from '../workerd/connected-instances.ts';
import { serveControlSocket } from '../workerd/control-socket.ts';
import type { Front } from '../workerd/front.ts';
import { FrontGroup } from '../workerd/front-group.ts';
import { GeoService } from '../workerd/geo-service.ts';
import { heartbeat } from '../workerd/heartbeat.ts';
import { blanksDefault, InstancePool } from '../workerd/instance-pool.ts';
import { ManagedProcess } from '../workerd/managed-process.ts';
import { Outbound, type OutboundSettings } from '../workerd/outbound.ts';
import { callerName, type OutboundCallers } from '../workerd/outbound-callers.ts';
import { isAlive } from '../workerd/proc.ts';
import type { ProcessRecord, RunDir } from '../workerd/run-dir.ts';
import { type InstanceLimits, Supervisor } from '../workerd/supervisor.ts';
import { TablePublisher } from '../workerd/table-publisher.ts';
import { TlsDoor, type TlsSettings } from '../workerd/tls-door.ts';
import { binaryIdentity } from '../workerd/workerd-binary.ts';
import { batchMemory } from './batch-memory.ts';
import type { Catalog } from './catalog.ts';
import { Fleet } from './fleet.ts';
import { LoanOffice } from './limits/loan-office.ts';
import { LoadMeter } from './load-meter.ts';
import { MachineRoom } from './machine-room.ts';
import type { PlatformLog } from './platform-log.ts';
import type { Programs } from './programs.ts';
import { readableOutput } from './readable-output.ts';
import type { Recording } from './recording.ts';
import type { Redactors } from './redactors.ts';
import type { RuleSecrets } from './rule-secrets.ts';
import { ShadowReports } from './shadow-reports.ts';
import type { Tails } from './tails.ts';
import type { VersionFigures } from './version-figures.ts';
import type { Versions } from './versions.ts';
import type { ApiKeyChanges, VisitorKeys } from './visitor-keys.ts';
import { Watchdog } from './watchdog.ts';
import { WebSocketWatch } from './web-socket-watch.ts';

/** How often fronts are asked for their load, and idle instances are looked for. */
const tickMs = 1000;
/** How often sockets of the outbound are looked at that no instance uses any more. */
const sweepMs = 60_000;
/** What a TLS door that is not asked for any more may still take to finish what it has. */
const tlsGraceMs = 10_000;

export interface RuntimeOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly versions: Versions;
  readonly recording: Recording;
  /** Who watches functions as they are called. */
  readonly tails: Pick<Tails, 'watches' | 'observe'>;
  readonly figures: VersionFigures;
  readonly redactors: Redactors;
  readonly ruleSecrets: RuleSecrets;
  readonly programs: Programs;
  readonly callers: OutboundCallers;
  readonly egress: OutboundSettings;
  readonly geoSources: Omit<GeoOptions, 'socket'>;
  readonly cacheSettings: CacheSettings;
  /** Undefined where no TLS is served. */
  readonly tls: (TlsSettings & { readonly redirect: boolean }) | undefined;
  readonly sandbox: Sandbox;
  readonly resources: Resources;
  /** Of instances that serve no function of the catalog, by the id that stands for one. */
  readonly unlisted: ReadonlyMap<string, StretchLimits>;
  readonly runDir: RunDir;
  /** Folder of a function's objects. */
  readonly objectsDirOf: (functionId: string) => string;
  readonly workerd: string;
  readonly edge: Address;
  readonly domain: string;
  readonly trustedProxies: readonly string[];
  readonly regions: { table(): RegionsTable; startWatching(): void };
  /** Who may call functions that are not public. */
  readonly keys: { credentials(): Credentials; usedAtFront(digests: readonly string[]): void };
  /** Keys of functions' visitors. */
  readonly visitorKeys: Pick<VisitorKeys, 'entries' | 'usedAtFront'>;
  readonly fronts: number;
  readonly slots: number;
  /** What all instances together may use. */
  readonly memoryBytes: number;
  /** A function has come into a crash loop, or out of it. */
  readonly onCrashLoop: (functionId: FunctionId, looping: boolean) => void;
  readonly log: PlatformLog;
}

export class Runtime {
  readonly #options: RuntimeOptions;
  readonly #pool: InstancePool;
  readonly supervisor: Supervisor;
  readonly fleet: Fleet;
  readonly publisher: TablePublisher;
  readonly fronts: FrontGroup;
  readonly outbound: Outbound;
  /** Undefined where clients are not looked up. */
  readonly geo: GeoService | undefined;
  readonly cache: CacheProcess;
  /** Undefined where no TLS is served. */
  readonly tls: TlsDoor | undefined;
  readonly room: MachineRoom;
  readonly watchdog: Watchdog;
  readonly #load: LoadMeter;
  /** Once a second, after the fronts have told what they counted. */
  onTick: (now: number) => void = () => undefined;
  readonly #rates = new RateLimits();
  readonly #loans = new LoanOffice(() => this.fronts.fronts);
  readonly shadows = new ShadowReports<Front>();
  #controlSocket: Server | undefined;
  /** Whether processes of an earlier control were running at the start. */
  #tookOver = false;
  #timer: NodeJS.Timeout | undefined;
  #sweepTimer: NodeJS.Timeout | undefined;

  constructor(options: RuntimeOptions) {
    const { runDir, workerd, sandbox, resources, programs, recording, log } = options;
    this.#options = options;
    this.#pool = new InstancePool({
      ...{ workerd, sandbox, resources, runDir },
      blanks: blanksDefault,
      onError: (error) => log.error('a blank instance could not be spawned', { error: String(error) }),
    });
    this.supervisor = new Supervisor({
      ...{ runDir, resources, pool: this.#pool, slots: options.slots },
      build: createHash('sha256')
        // With what an instance is started besides its version: a socket of its version's own at the outbound, and the
        // header that tells the scheme.
        .update(`${binaryIdentity(workerd)} ${resources.kind} caller and cache sockets, scheme`)
        .update(JSON.stringify(isolationOf(sandbox)))
        .digest('hex'),
      redact: (id, version, text) => options.redactors.now(id, version, text),
      onStarting: (id, functionId, version) =>
        recording.owns(id, { functionId: functionId as FunctionId, version: version as VersionId }),
      onCrash: (instance, cause, lastWords) => {
        log.warn('an instance ended unasked', { function: instance.functionId, ...cause, lastWords });
        recording.instanceEnded(instance.id, cause, instance.resources.usage());
        this.fleet.crashed(instance, cause, readableOutput(lastWords));
      },
      onGone: (id) => recording.ended(id),
    });
    this.publisher = new TablePublisher(
      {
        // Above that of any earlier control, so that a front which outlived one takes it.
        generation: Date.now(),
        domain: options.domain,
        trustedProxies: [...options.trustedProxies],
        functions: {},
        routes: [],
        credentials: options.keys.credentials(),
        regions: options.regions.table(),
        apiKeys: options.visitorKeys.entries(),
      },
      runDir.snapshotDir(),
      (front, error) => this.#giveUp(front, 'does not take the routing table', error),
    );
    this.#load = new LoadMeter({
      fronts: () => this.fronts.fronts,
      onRecords: (records) => {
        options.tails.observe(records);
        recording.invoked(
          records,
          batchMemory((slot) => this.fleet.instanceAt(slot)),
        );
        for (const record of records)
          if (record.error === 'FN_002') this.watchdog.overran(record.function, record.version);
      },
      onCounts: (counts) => {
        recording.counted(counts);
        options.figures.counted(counts);
      },
      onDropped: (count) => {
        recording.recordsDropped += count;
      },
      onCredentials: (digests) => {
        options.keys.usedAtFront(digests);
        options.visitorKeys.usedAtFront(digests);
      },
      onShadows: (front, reports) => this.shadows.take(front, reports),
      onFault: (front, error) => this.#giveUp(front, 'does not answer', error),
    });
    this.room = new MachineRoom({
      ...{ slots: options.slots, memoryBytes: options.memoryBytes },
      slotsTaken: () => this.supervisor.slotsTaken,
      measure: () => resources.totalMemoryBytes(),
    });
    this.fleet = new Fleet({
      supervisor: this.supervisor,
      load: this.#load,
      rules: (id) => options.catalog.rules(id),
      config: (id, version) => this.#config(id as FunctionId, version as VersionId),
      publish: (id) => this.#publishSlots(id),
      generation: () => this.publisher.table.generation,
      machine: this.room,
      webSockets: new WebSocketWatch({
        instances: () => this.supervisor.instances,
        upgraded: () => this.#load.upgraded,
        connected: connectedInstances,
      }),
      onCrashLoop: (id, looping) => options.onCrashLoop(id as FunctionId, looping),
      log: (message, details) => log.warn(message, details),
    });
    this.watchdog = new Watchdog({
      instances: () => this.supervisor.instances,
      // Nobody waits for what a deleted function computes.
      limits: (id) =>
        options.catalog.stretchLimits(id) ??
        options.unlisted.get(id) ?? { timeoutMs: overdueGraceMs, cpuMs: null },
      cpuMs: (instance) => instance.resources.cpuMs(),
      heartbeat: (instance) => heartbeat(runDir.slotSocket(instance.slot)),
      demote: (instance) => instance.demote(true),
      restore: (instance) => instance.demote(false),
      end: (instance, cause, silentMs) => instance.condemn(cause, silentMs),
    });
    this.outbound = new Outbound({
      ...{ runDir },
      ...programs.outbound,
      ...options.egress,
      log: (message, details) => log.warn(message, details),
      onGone: (id) => recording.ended(id),
    });
    const commons = {
      runDir,
      log: (message: string, details: object) => log.warn(message, details),
      onGone: (id: string) => recording.ended(id),
    };
    this.geo = programs.geo
      ? new GeoService({ ...commons, ...programs.geo, sources: options.geoSources })
      : undefined;
    this.cache = new CacheProcess({ ...commons, ...programs.cache, ...options.cacheSettings });
    this.tls =
      options.tls && programs.tls
        ? new TlsDoor({
            ...{ settings: options.tls, domain: options.domain },
            ...commons,
            ...programs.tls,
          })
        : undefined;
    this.fronts = new FrontGroup({
      ...{ workerd, runDir, publisher: this.publisher },
      ...programs.front,
      ...options.edge,
      // A front that listens at another address is not one to take over.
      // One of another number of fronts would have another share of the rate limits.
      build: createHash('sha256')
        .update(`${programs.front.build} ${options.edge.host} ${options.fronts}`)
        .digest('hex'),
      count: options.fronts,
      log: (message, details) => log.warn(message, details),
    });
  }

  /** Takes over what `records` say is running, starts what lacks, and resolves when every front serves. */
  async start(records: readonly ProcessRecord[]): Promise<void> {
    const { catalog, recording, runDir, resources, log } = this.#options;
    const of = (kind: ProcessRecord['kind']): ProcessRecord[] =>
      records.filter((record) => record.kind === kind);
    this.#tookOver = records.some(isAlive);
    runDir.removeLeftovers(records.filter((record) => record.kind !== 'front' || isAlive(record)));
    await this.#learnSecrets(of('instance'));
    this.#adoptInstances(of('instance'));
    resources.removeLeftovers(new Set(of('instance').map(({ id }) => id)));
    await this.#learnRuleSecrets();
    this.#fillTable();
    await this.publisher.writeSnapshot();
    this.#controlSocket = await serveControlSocket(runDir.controlSocket(), {
      table: () => this.publisher.table,
      activate: (id, version) => this.fleet.activate(id, version),
      scale: (id, version) => this.fleet.scale(id, version),
      ended: (id, version, slot) => this.supervisor.endedAt(id, version, slot),
      lease: (id, want) => this.#lease(id, want),
      borrow: (question) => this.#loans.borrow(question),
      onFault: (error) =>
        log.error('a front could not be answered', {
          error: error instanceof Error ? error.stack : String(error),
        }),
    });
    try {
      // Before the fronts: the table tells them where it is.
      await this.#startTls(records);
      await Promise.all([
        this.outbound.start(records),
        this.geo?.start(records),
        this.cache.start(records),
        this.fronts.start(of('front')),
        recording.start(records.map(({ id }) => id)),
      ]);
    } catch (error) {
      await this.abandon();
      throw error;
    }
    this.#pool.fill();
    for (const { record } of catalog.all())
      if ((catalog.rules(record.id)?.minInstances ?? 0) > 0) this.fleet.minimums.add(record.id);
    this.watchdog.start();
    this.#options.regions.startWatching();
    this.#scheduleTick();
    this.#sweepTimer = setInterval(() => this.#sweepCallers(), sweepMs).unref();
  }

  /** A door of an earlier control is ended where none is asked for any more. */
  async #startTls(records: readonly ProcessRecord[]): Promise<void> {
    const { tls, runDir } = this.#options;
    if (this.tls === undefined || tls === undefined) {
      for (const record of records.filter(({ kind }) => kind === 'tls')) {
        await ManagedProcess.adopt(record)?.stop(tlsGraceMs);
        await this.#options.recording.ended(record.id);
        runDir.removeRecord(record.id);
      }
      return;
    }
    await this.tls.start(records);
    this.publisher.setTls({ port: this.tls.port, redirect: tls.redirect });
  }

  get slots(): number {
    return this.#options.slots;
  }

  /** Brings a function's entry to the fronts; resolves when all of them have it. */
  publish(functionId: string): Promise<void> {
    const { catalog, ruleSecrets } = this.#options;
    const record = catalog.get(functionId)?.record;
    const learning = record && ruleSecrets.learn(record);
    if (!learning) return this.#publish(functionId);
    return learning.then((changed) => {
      if (changed && record.routes.length > 0) catalog.touchRoutes();
      return this.#publish(functionId);
    });
  }

  /** Where its instances are, and that alone, has changed. */
  #publishSlots(functionId: string): Promise<void> {
    const { catalog, ruleSecrets } = this.#options;
    const record = catalog.get(functionId)?.record;
    return record && ruleSecrets.lacks(record) ? this.publish(functionId) : this.#publish(functionId);
  }

  #publish(functionId: string): Promise<void> {
    const { catalog, ruleSecrets } = this.#options;
    const routesChanged = catalog.takeRoutesChanged();
    return this.publisher.publish({
      functions: { [functionId]: this.#entry(functionId) },
      ...(routesChanged && { routes: compileRoutes(catalog.routes((one) => ruleSecrets.sealed(one))) }),
    });
  }

  /** Brings the credentials of now to the fronts; resolves when all of them have them. */
  publishCredentials(): Promise<void> {
    return this.publisher.publish({ credentials: this.#options.keys.credentials() });
  }

  /** Brings the regions, and what is known of them, to the fronts; resolves when all of them have it. */
  publishRegions(regions: RegionsTable): Promise<void> {
    return this.publisher.publish({ regions });
  }

  /** What fronts answer an authority by ACME; resolves when all of them do. */
  publishChallenges(challenges: Readonly<Record<string, string>>): Promise<void> {
    return this.publisher.publish({ challenges });
  }

  /** Brings changes of visitors' keys to the fronts. */
  publishApiKeys(apiKeys: ApiKeyChanges): Promise<void> {
    return this.publisher.publish({ apiKeys });
  }

  /** Ends everything; what is in flight has `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    await this.#letGo();
    // First what leads to the fronts, so that they have none of its requests when they end.
    await this.tls?.close(graceMs);
    await Promise.all([this.#options.callers.drainBindings(), this.fronts.close(graceMs)]);
    await Promise.all([
      this.fleet.close(graceMs),
      this.outbound.close(graceMs),
      this.cache.close(graceMs),
      this.geo?.close(graceMs),
    ]);
    this.#options.resources.close();
  }

  /** After a start that failed: what was running before goes on, and what is only ours is ended. */
  abandon(): Promise<void> {
    return this.#tookOver ? this.leave() : this.stop(0);
  }

  /** Stops acting; fronts and instances go on for the next control. */
  async leave(): Promise<void> {
    await this.#letGo();
    this.#options.resources.close();
  }

  async #letGo(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.watchdog.stop();
    clearInterval(this.#sweepTimer);
    this.fronts.release();
    this.outbound.release();
    this.geo?.release();
    this.cache.release();
    this.tls?.release();
    this.#controlSocket?.closeAllConnections();
    this.#controlSocket?.close();
    await this.#pool.close();
  }

  /** Of instances that go on writing: what they write is to be told without their secrets from the first line on. */
  async #learnSecrets(records: readonly ProcessRecord[]): Promise<void> {
    const { redactors, log } = this.#options;
    const learning = records.map(async ({ instance }) => {
      if (instance) await redactors.of(instance.function as FunctionId, instance.version as VersionId);
    });
    for (const learned of await Promise.allSettled(learning))
      if (learned.status === 'rejected')
        log.error('the secrets of an instance could not be opened', { error: String(learned.reason) });
  }

  #adoptInstances(records: readonly ProcessRecord[]): void {
    const { catalog } = this.#options;
    for (const record of records) {
      const instance = this.supervisor.adopt(record);
      if (!instance) continue;
      const known = catalog.knows(instance.functionId, instance.version as VersionId);
      this.fleet.admit(instance);
      // What a deploy left behind when control died is drained as that deploy would have done.
      if (!known) setImmediate(() => this.fleet.retireInBackground([instance]));
    }
  }

  async #learnRuleSecrets(): Promise<void> {
    const { catalog, ruleSecrets } = this.#options;
    for (const { record } of catalog.all()) await ruleSecrets.learn(record);
  }

  #fillTable(): void {
    const { catalog, ruleSecrets } = this.#options;
    const { table } = this.publisher;
    for (const { record } of catalog.all())
      table.functions[record.id] = this.#entry(record.id) as FunctionEntry;
    table.routes.push(...compileRoutes(catalog.routes((one) => ruleSecrets.sealed(one))));
    catalog.takeRoutesChanged();
  }

  #entry(id: string): FunctionEntry | null {
    const { catalog, fronts, tails, ruleSecrets } = this.#options;
    const entry = catalog.get(id);
    return entry
      ? compileFunction(
          ruleSecrets.sealed(entry.record),
          entry,
          this.fleet.slotsOf(id),
          fronts,
          tails.watches(id),
        )
      : null;
  }

  #lease(id: string, want: number): LeaseAnswer {
    const limit = this.#options.catalog.get(id)?.record.rateLimit;
    const rule = limit ? { requests: limit.requests, windowMs: limit.seconds * 1000 } : null;
    return this.#rates.lease(id, rule, want, Date.now());
  }

  async #config(id: FunctionId, versionId: VersionId): Promise<{ config: Uint8Array } & InstanceLimits> {
    const entry = this.#options.catalog.get(id);
    const version = entry && (await this.#options.store.versions.get(id, versionId));
    if (version) {
      const config = await this.#options.versions.config(entry.record, version);
      const objectsDir = storesObjects(version.settings.bindings)
        ? this.#options.objectsDirOf(id)
        : undefined;
      return { config, memoryMb: version.settings.memory, objectsDir };
    }
    throw new AppError('FN_001', `Function ${id} has no version ${versionId}.`);
  }

  #giveUp(front: Front, what: string, error: unknown): void {
    this.#options.log.warn(`a front ${what} and is replaced`, { front: front.id, error: String(error) });
    front.process.kill();
  }

  #act(now: number): void {
    this.room.measure();
    this.fleet.tick(now);
    this.#rates.sweep(now);
    this.#loans.sweep(now);
    this.onTick(now);
    this.shadows.keep(new Set(this.fronts.fronts));
  }

  #sweepCallers(): void {
    const { callers, log } = this.#options;
    const used = [...this.supervisor.instances].map(({ functionId, version }) =>
      callerName(functionId, version),
    );
    callers
      .sweep(new Set(used), Date.now())
      .catch((error: unknown) => log.error('sweeping callers failed', { error: String(error) }));
  }

  #scheduleTick(): void {
    this.#timer = setTimeout(() => {
      this.#load
        .poll()
        .then(() => this.#act(Date.now()))
        .catch((error: unknown) => this.#options.log.error('a tick failed', { error: String(error) }))
        .finally(() => {
          if (this.#timer) this.#scheduleTick();
        });
    }, tickMs);
  }
}
