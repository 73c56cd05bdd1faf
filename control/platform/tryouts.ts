// Tryouts: source that runs once, in an instance of its own, and leaves nothing behind: no function, no version, no
// bundle, no log, no socket.
//
//   build -> config -> start -> probe -> one request -> stop -> clear
//
// It passes by the fronts, which know functions only, so that what they hold a request to is held here: the time until
// the answer, and how much of it is read. All else is as for any instance: sandbox, memory, processors, egress, loops.

import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import {
  ERROR_HEADER,
  INVOKE_HEADER,
  OUTCOME_HEADER,
  REQUEST_ID_HEADER,
  STATUS_THREW,
} from '../../edge/contract/names.ts';
import { readExportedConfig } from '../bundle/exported-config.ts';
import { mapStack } from '../bundle/map-stack.ts';
import { mapStartFailure } from '../bundle/map-start-failure.ts';
import type { Caller } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import { createFunctionSchema, type EnvVariable, type FunctionRecord } from '../model/function.ts';
import { memoryMb } from '../model/limits.ts';
import type { StretchLimits } from '../plan/judge-stretch.ts';
import type { Vault } from '../secrets/vault.ts';
import { newFunctionId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import type { Instance } from '../workerd/instance.ts';
import { callerName, type OutboundCallers } from '../workerd/outbound-callers.ts';
import type { RunDir } from '../workerd/run-dir.ts';
import type { Supervisor } from '../workerd/supervisor.ts';
import { Turnstile } from '../workerd/turnstile.ts';
import { UnixHttp } from '../workerd/unix-http.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { Fleet } from './fleet.ts';
import {
  decodeBody,
  failureOf,
  ownHeaders,
  pathAndQuery,
  readBounded,
  requestParts,
} from './invocation-message.ts';
import { logWaitMs, round } from './invoker.ts';
import { newRecord } from './new-record.ts';
import type { InvokeResult, LogLine, Tryout } from './platform.ts';
import { probe } from './probe.ts';
import type { Recording } from './recording.ts';
import { refuseOutsideOfScope } from './scope.ts';
import type { Versions } from './versions.ts';

/** At a time; each takes an instance and a build. */
export const tryoutsMax = 4;
/** That wait for their turn; more are refused. */
export const tryoutsWaitingMax = 32;

export interface TryoutsOptions {
  readonly store: Store;
  readonly queue: Pick<ChangeQueue, 'find'>;
  readonly versions: Versions;
  readonly vault: Vault;
  readonly fleet: Pick<Fleet, 'start'>;
  readonly supervisor: Pick<Supervisor, 'stop' | 'endedAt'>;
  readonly callers: Pick<OutboundCallers, 'release'>;
  readonly runDir: RunDir;
  readonly recording: Pick<Recording, 'invocations' | 'forget'>;
  /** Where the watchdog learns what a tryout may take. */
  readonly unlisted: Map<string, StretchLimits>;
  /** For configs, which hold the source and its variables, until the instance has read them. */
  readonly cacheDir: string;
}

type Outcome = Pick<InvokeResult, 'status' | 'response' | 'http' | 'error'>;

export class Tryouts {
  readonly #options: TryoutsOptions;
  readonly #turnstile = new Turnstile(tryoutsMax);
  #present = 0;

  constructor(options: TryoutsOptions) {
    this.#options = options;
  }

  /** As `Invoker.invoke`: rejects with what the platform refused, FN_005 for source that does not build among it. */
  async run(by: Caller, input: Tryout, signal: AbortSignal): Promise<InvokeResult> {
    if (this.#present >= tryoutsMax + tryoutsWaitingMax)
      throw new AppError(
        'FN_007',
        `${tryoutsMax} executions run and ${tryoutsWaitingMax} wait: try again, or create a function, which scales.`,
        { retryAfterSeconds: 1 },
      );
    this.#present += 1;
    try {
      const { record, code, env } = await this.#source(by, input);
      return await this.#turnstile.run(() => {
        if (signal.aborted) throw left(signal);
        return this.#runOnce(record, code, env, input, signal);
      });
    } finally {
      this.#present -= 1;
    }
  }

  async #source(by: Caller, { source, project, environment, isolated }: Tryout) {
    const { queue, store, versions } = this.#options;
    const added = Object.entries(environment).map(([key, value]) => ({
      ...{ key, value: this.#options.vault.sealBriefly(key, value), secret: true, updatedAt: '' },
    }));
    const egress = isolated ? { egress: 'none' as const } : {};
    if ('code' in source) {
      refuseOutsideOfScope(by, project);
      return { record: await inlineRecord(source.code, project, egress), code: source.code, env: added };
    }
    const { record } = queue.find(by, source.function);
    const version = record.activeVersion && (await store.versions.get(record.id, record.activeVersion));
    if (!version || record.status === 'disabled')
      throw new AppError('FN_001', `"${record.name}" has no version that is live: deploy one first.`);
    const own = (await store.env.list(record.id)).filter(({ key }) => !(key in environment));
    const once = { ...record, ...egress, id: newFunctionId() };
    return { record: once, code: await versions.code(version), env: [...own, ...added] };
  }

  async #runOnce(
    record: FunctionRecord,
    code: Parameters<Versions['buildOnce']>[1],
    env: readonly EnvVariable[],
    { request }: Tryout,
    signal: AbortSignal,
  ): Promise<InvokeResult> {
    const { versions, fleet, supervisor, callers, recording, unlisted } = this.#options;
    const { version, content } = await versions.buildOnce(record, code, env);
    const cacheDir = join(this.#options.cacheDir, record.id);
    const requestId = request.requestId ?? record.id;
    let instance: Instance | undefined;
    unlisted.set(record.id, { timeoutMs: record.timeout * 1000, cpuMs: record.cpuMs });
    try {
      const config = await versions.configOnce(record, version, content, cacheDir);
      await rm(cacheDir, { recursive: true, force: true });
      instance = await fleet
        .start(record.id, version.id, config, { memoryMb: record.memory })
        .catch((error: unknown) => {
          throw error instanceof AppError
            ? new AppError(
                error.code,
                mapStartFailure(error.message, content.sourceMap),
                error.details,
                error,
              )
            : error;
        });
      await probe(this.#options.runDir.slotSocket(instance.slot));
      recording.invocations.begin(requestId);
      const startedAt = performance.now();
      const cpuBefore = instance.resources.cpuMs();
      const outcome = await this.#exchange(instance, record, { ...request, requestId }, signal);
      const durationMs = round(performance.now() - startedAt);
      const usage = instance.resources.usage();
      // One that was cut short does not say that it is over.
      const over = outcome.error === undefined || outcome.error.code === 'FN_004';
      const lines = await recording.invocations.finish(requestId, over ? logWaitMs : 0);
      const logs = lines.map((line) => withMappedStack(line, content.sourceMap));
      const stack = logs.findLast((line) => line.stack !== undefined)?.stack;
      return {
        ...outcome,
        ...{ requestId, logs, durationMs, coldStart: true, version: version.id },
        cpuMs: usage && cpuBefore !== undefined ? round(usage.cpuMs - cpuBefore) : null,
        memoryBytes: usage?.memoryBytes ?? null,
        ...(outcome.error && { error: { ...outcome.error, ...(stack !== undefined && { stack }) } }),
      };
    } finally {
      void recording.invocations.finish(requestId, 0);
      // Nobody waits for what it still does; its console has been read to the end when it is gone.
      if (instance) await supervisor.stop(instance, 0);
      unlisted.delete(record.id);
      await callers.release(callerName(record.id, version.id));
      await rm(cacheDir, { recursive: true, force: true });
      recording.forget(record.id);
    }
  }

  async #exchange(
    instance: Instance,
    record: FunctionRecord,
    request: Tryout['request'] & { readonly requestId: string },
    signal: AbortSignal,
  ): Promise<Outcome> {
    const http = new UnixHttp(this.#options.runDir.slotSocket(instance.slot));
    const late = AbortSignal.timeout(record.timeout * 1000);
    try {
      const { headers, ...rest } = requestParts(request, request.requestId);
      const response = await http.send({
        ...{ method: request.method, path: pathAndQuery(request), ...rest },
        headers: { ...headers, [INVOKE_HEADER]: '1', [REQUEST_ID_HEADER]: request.requestId },
        signal: AbortSignal.any([signal, late]),
      });
      return outcomeOf(response, await readBounded(response));
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (signal.aborted) throw left(signal);
      const { functionId, version, slot } = instance;
      const end = late.aborted
        ? undefined
        : await this.#options.supervisor.endedAt(functionId, version, slot);
      if (late.aborted)
        return failed('FN_002', `The function did not answer within its timeout of ${record.timeout} s.`);
      return failed(
        end?.cause.code ?? 'FN_004',
        end?.cause.message ?? 'The instance ended before it answered.',
      );
    } finally {
      http.close();
    }
  }
}

/** The record of a function that is stored nowhere, with what its `config` says. */
async function inlineRecord(code: string, project: string, egress: object): Promise<FunctionRecord> {
  const { timeout, memory } = await readExportedConfig(code);
  const input = createFunctionSchema.parse({
    ...{ name: 'execute', project, convention: 'baas', concurrency: 1, ...egress },
    ...(timeout !== undefined && { timeout: Math.ceil(timeout / 1000) }),
    ...(memory !== undefined && { memory: Math.max(Math.ceil(memory), memoryMb.min) }),
  });
  return newRecord(input);
}

/** Nobody is there to hear it; but a client that leaves is no failure of ours for the log to tell. */
const left = ({ reason }: AbortSignal): AppError =>
  new AppError('FN_006', 'The client has left.', {}, reason);

const failed = (code: string, message: string): Outcome => ({
  ...{ status: 'error', response: null, http: { status: 0, headers: {} } },
  error: { code, message },
});

function outcomeOf(response: IncomingMessage, body: Buffer): Outcome {
  const outcome = response.headers[OUTCOME_HEADER];
  const status = response.statusCode ?? 0;
  // One without the mark is workerd's own: it gave the request up.
  if (status === STATUS_THREW && outcome !== 'answered') {
    const { message } = failureOf('FN_004', body);
    return failed(
      'FN_004',
      outcome === 'threw'
        ? message
        : 'The handler never answered: it waits for something that cannot happen, or tried to end the process.',
    );
  }
  const { [ERROR_HEADER]: _, ...headers } = ownHeaders(response);
  return { status: 'success', response: decodeBody(response, body), http: { status, headers } };
}

const withMappedStack = (line: LogLine, sourceMap: string): LogLine =>
  line.stack === undefined ? line : { ...line, stack: mapStack(line.stack, sourceMap) };
