// Telemetry put together: console files are followed, lines find their function, and everything ends in the
// log store.

import type { InvocationRecord } from '../../edge/contract/front-api.ts';
import type { FunctionId } from '../model/ids.ts';
import type { Usage } from '../resources/resources.ts';
import type { Store } from '../store/store.ts';
import { ConsoleFollower } from '../telemetry/console-follower.ts';
import { InvocationLogs } from '../telemetry/invocation-logs.ts';
import { LogRecorder, type Owner } from '../telemetry/log-recorder.ts';
import type { LogStore } from '../telemetry/log-store.ts';
import type { EndCause } from '../workerd/end-cause.ts';
import type { RunDir } from '../workerd/run-dir.ts';
import { InvocationTimes } from './invocation-times.ts';
import type { PlatformLog } from './platform-log.ts';
import type { Redactors } from './redactors.ts';
import type { VersionCount } from './request-counts.ts';
import type { Versions } from './versions.ts';

/** What a front says at its start because of its V8 flags, and what it costs is some of a front's start. */
const harmless = /bootstrap compile cache failed its compatibility check/;

/** Of functions that are gone, the last so many are known to be: their lines come within seconds or not at all. */
const forgottenMax = 1000;

export interface RecordingOptions {
  readonly store: Store;
  readonly logs: LogStore;
  readonly versions: Versions;
  readonly redactors: Redactors;
  readonly runDir: RunDir;
  readonly log: PlatformLog;
}

export class Recording {
  readonly invocations = new InvocationLogs();
  readonly times: InvocationTimes;
  readonly #logs: LogStore;
  readonly #log: PlatformLog;
  readonly #recorder: LogRecorder;
  readonly #follower: ConsoleFollower;
  readonly #owners = new Map<string, Owner>();
  readonly #ending = new Set<Promise<void>>();
  /** Functions that are gone, of which the outbound may still tell. Their ids are never given again. */
  readonly #forgotten = new Set<string>();
  /** Invocations that fronts could not keep until they were collected; their console lines are not lost. */
  recordsDropped = 0;
  /** Since control started; `failed` is what was answered with a status of 500 or more. */
  readonly totals = { total: 0, failed: 0 };
  /** Connections that functions were refused, and `connect()`s that failed, since control started; all, logged or not. */
  egressFaults = 0;

  constructor({ store, logs, versions, redactors, runDir, log }: RecordingOptions) {
    this.#logs = logs;
    this.#log = log;
    this.times = new InvocationTimes(store);
    this.#recorder = new LogRecorder({
      insert: (entries) => logs.insert(entries.filter(({ functionId }) => !this.#forgotten.has(functionId))),
      addDropped: (functionId, count) => logs.addDropped(functionId, count),
      locate: (id) => this.#owners.get(id),
      // The name is ours: no function has a say in it.
      tellsOwners: (id) => id.startsWith('outbound-'),
      onOwned: (count) => {
        this.egressFaults += count;
      },
      redact: async ({ functionId, version }) => (await redactors.of(functionId, version)).text,
      mapStack: (functionId, version, stack) => versions.mapStack(functionId, version, stack),
      invocations: this.invocations,
      onForeign: (id, line) => {
        if (!harmless.test(line.message)) {
          log.warn('a process of the platform wrote', { process: id, line: line.message });
        }
      },
      onError: (error) => log.error('logs could not be recorded', { error: String(error) }),
    });
    this.#follower = new ConsoleFollower(runDir.consoleDir(), {
      onLines: (id, lines) => this.#recorder.lines(id, lines),
      onDropped: (id, count) => this.#recorder.dropped(id, count),
      hidden: async (id, bytes) => {
        const owner = this.#owners.get(id);
        return owner ? (await redactors.of(owner.functionId, owner.version)).ranges(bytes) : [];
      },
      onError: (id, error) =>
        log.error('a console file could not be read', { process: id, error: String(error) }),
    });
  }

  /** `processes` are those that run already; what they wrote meanwhile is read now. */
  async start(processes: Iterable<string>): Promise<void> {
    await this.times.load();
    this.#follower.start();
    await Promise.all(
      [...processes].map((id) =>
        this.#follower
          .read(id)
          .catch((error: unknown) =>
            this.#log.error('a console file could not be read', { process: id, error: String(error) }),
          ),
      ),
    );
  }

  owns(processId: string, owner: Owner): void {
    this.#owners.set(processId, owner);
  }

  /** A process has ended: reads its console to the end, into the log store, and forgets it. Never rejects. */
  ended(processId: string): Promise<void> {
    const work = this.#follower
      .finish(processId)
      .then(() => this.flush())
      .then(() => this.#follower.remove(processId))
      .catch((error: unknown) =>
        this.#log.error('a console file could not be read', { process: processId, error: String(error) }),
      )
      .finally(() => {
        this.#owners.delete(processId);
        this.#ending.delete(work);
      });
    this.#ending.add(work);
    return work;
  }

  /** A limit that ended an instance is told in the function's own log; of other ends its console tells. */
  instanceEnded(processId: string, { code, message }: EndCause, usage: Usage | undefined): void {
    if (code === 'FN_004') return;
    const peakMb = usage && Math.round(usage.peakMemoryBytes / (1024 * 1024));
    const seen = peakMb === undefined ? '' : ` At its peak the instance had ${peakMb} MB.`;
    this.#recorder.lines(processId, [
      {
        kind: 'error',
        level: 'error',
        message: `${code}: ${message}${seen}`,
        time: Date.now(),
        requestId: null,
      },
    ]);
  }

  invoked(
    records: readonly InvocationRecord[],
    memoryOf: (record: InvocationRecord) => number | undefined,
  ): void {
    this.#recorder.invocations(records, memoryOf);
    // A copy that control or a front made is no call of anybody's.
    for (const { shadow, function: id, at } of records) if (!shadow) this.times.saw(id, at);
  }

  counted(counts: readonly VersionCount[]): void {
    for (const { function: id, requests, failed } of counts) {
      this.times.counted(id, requests);
      this.totals.total += requests;
      this.totals.failed += failed;
    }
  }

  /** Forgets what a deleted function logged. */
  forget(functionId: string): void {
    this.#forgotten.add(functionId);
    const [oldest] = this.#forgotten;
    if (this.#forgotten.size > forgottenMax && oldest !== undefined) this.#forgotten.delete(oldest);
    this.times.forget(functionId);
    this.#logs.removeFunction(functionId as FunctionId);
  }

  /** Resolves when everything told so far is in the log store. */
  flush(): Promise<void> {
    return this.#recorder.flush();
  }

  async close(): Promise<void> {
    await this.#follower.close();
    await Promise.all(this.#ending);
    await this.flush();
    await this.times.flush();
  }
}
