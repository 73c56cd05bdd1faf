// The platform, as the API sees it: finds the function, does what was asked, and shows how it is afterwards.

import { randomUUID } from 'node:crypto';
import type {
  Code,
  CreateFunction,
  DeploymentRecord,
  EnvVariable,
  FunctionRecord,
  SetEnv,
  UpdateFunction,
  VersionRecord,
} from '../model/function.ts';
import type { Store } from '../store/store.ts';
import type { LogStore } from '../telemetry/log-store.ts';
import { type EdgeAddress, urlsOf } from './addresses.ts';
import type { Crashes } from './fleet.ts';
import { followLogs } from './follow-logs.ts';
import type { Change, Functions } from './functions.ts';
import type { Invoker } from './invoker.ts';
import type {
  DeployResult,
  FunctionCrashes,
  FunctionRef,
  FunctionView,
  HealthReport,
  InfoReport,
  Invoke,
  InvokeResult,
  ListFunctions,
  LogEntry,
  LogPage,
  LogQuery,
  Page,
  PageRequest,
  Platform,
} from './platform.ts';
import type { PlatformLog } from './platform-log.ts';
import type { Recording } from './recording.ts';
import type { SystemReports } from './system-reports.ts';
import { findVersion, type Versions } from './versions.ts';

export interface SelvedgeOptions {
  readonly store: Store;
  readonly logs: LogStore;
  readonly functions: Functions;
  readonly versions: Versions;
  readonly invoker: Invoker;
  readonly recording: Recording;
  readonly reports: SystemReports;
  readonly crashes: (functionId: string) => Crashes | undefined;
  readonly edge: EdgeAddress;
  readonly log: PlatformLog;
}

export class Selvedge implements Platform {
  readonly #options: SelvedgeOptions;

  constructor(options: SelvedgeOptions) {
    this.#options = options;
  }

  async createFunction(input: CreateFunction): Promise<DeployResult> {
    return this.#result(await this.#options.functions.create(input));
  }

  async listFunctions(query: ListFunctions): Promise<Page<FunctionView>> {
    const page = await this.#options.store.functions.list(query);
    return { items: await this.#views(page.items), cursor: page.cursor };
  }

  getFunction(ref: FunctionRef): Promise<FunctionView> {
    return this.#view(this.#record(ref));
  }

  async getCode(ref: FunctionRef): Promise<Code | null> {
    const { record, versions } = this.#options.functions.find(ref);
    const shown = record.activeVersion ?? versions[0];
    const version = shown && (await this.#options.store.versions.get(record.id, shown));
    return version ? this.#options.versions.code(version) : null;
  }

  async updateFunction(ref: FunctionRef, input: UpdateFunction): Promise<DeployResult> {
    return this.#result(await this.#options.functions.update(ref, input));
  }

  deleteFunction(ref: FunctionRef): Promise<void> {
    return this.#options.functions.delete(ref);
  }

  async deploy(ref: FunctionRef): Promise<DeployResult> {
    return this.#result(await this.#options.functions.deploy(ref));
  }

  async rollback(ref: FunctionRef, version?: string): Promise<DeployResult> {
    return this.#result(await this.#options.functions.rollback(ref, version));
  }

  async invoke(ref: FunctionRef, input: Invoke, signal: AbortSignal): Promise<InvokeResult> {
    return this.#options.invoker.invoke(this.#record(ref).id, input, signal);
  }

  invokeAsync(ref: FunctionRef, input: Invoke): Promise<{ requestId: string }> {
    const { id } = this.#record(ref);
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

  async logs(ref: FunctionRef, query: LogQuery): Promise<LogPage> {
    const { id } = this.#record(ref);
    await this.#options.recording.flush();
    return this.#options.logs.query(id, query);
  }

  followLogs(ref: FunctionRef, query: LogQuery, signal: AbortSignal): AsyncIterable<LogEntry> {
    return followLogs(this.#options.logs, this.#record(ref).id, query, signal);
  }

  listEnv(ref: FunctionRef): Promise<readonly EnvVariable[]> {
    return this.#options.store.env.list(this.#record(ref).id);
  }

  async setEnv(ref: FunctionRef, input: SetEnv): Promise<DeployResult> {
    return this.#result(await this.#options.functions.setEnv(ref, input));
  }

  async deleteEnv(ref: FunctionRef, key: string): Promise<DeployResult> {
    return this.#result(await this.#options.functions.deleteEnv(ref, key));
  }

  listVersions(ref: FunctionRef, page: PageRequest): Promise<Page<VersionRecord>> {
    return this.#options.store.versions.list(this.#record(ref).id, page);
  }

  getVersion(ref: FunctionRef, version: string): Promise<VersionRecord> {
    return findVersion(this.#options.store, this.#record(ref).id, version);
  }

  async getVersionConfig(ref: FunctionRef, version: string): Promise<string> {
    const record = this.#record(ref);
    return this.#options.versions.configText(
      record,
      await findVersion(this.#options.store, record.id, version),
    );
  }

  listDeployments(ref: FunctionRef, page: PageRequest): Promise<Page<DeploymentRecord>> {
    return this.#options.store.deployments.list(this.#record(ref).id, page);
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

  #record(ref: FunctionRef): FunctionRecord {
    return this.#options.functions.find(ref).record;
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
    const [names, times] = await Promise.all([store.env.names(ids), store.invocationTimes.get(ids)]);
    const versions = await Promise.all(
      records.map((record) =>
        record.activeVersion ? store.versions.get(record.id, record.activeVersion) : undefined,
      ),
    );
    return records.map((record, index) => ({
      record,
      convention: versions[index]?.convention ?? null,
      envNames: names.get(record.id) ?? [],
      urls: urlsOf(record, edge),
      crashes: crashesOf(this.#options.crashes(record.id)),
      lastInvokedAt: recording.times.get(record.id) ?? times.get(record.id) ?? null,
    }));
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
