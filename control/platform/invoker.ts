// `invoke`: a request to a function on behalf of the owner. It goes through a front like any other, so limits,
// scaling and metrics hold for it, and comes back with the logs of that very invocation.

import { randomUUID } from 'node:crypto';
import { InvokedHeaders } from '../../edge/contract/front-api.ts';
import { ERROR_HEADER } from '../../edge/contract/names.ts';
import { AppError } from '../model/errors.ts';
import type { InvocationLogs } from '../telemetry/invocation-logs.ts';
import type { Front } from '../workerd/front.ts';
import type { Instance } from '../workerd/instance.ts';
import {
  decodeBody,
  failureOf,
  ownHeaders,
  pathAndQuery,
  readBounded,
  refusedByFront,
  requestParts,
} from './invocation-message.ts';
import type { Invoke, InvokeResult } from './platform.ts';

/** How long the answer waits for the last log lines, when `waitUntil` work goes on after the response. */
export const logWaitMs = 2000;

export interface InvokerOptions {
  readonly fronts: () => readonly Front[];
  readonly instances: (functionId: string) => readonly Instance[];
  readonly instanceAt: (slot: number) => Instance | undefined;
  readonly liveVersion: (functionId: string) => string | undefined;
  readonly logs: InvocationLogs;
  /** Takes the values of a version's secrets out of a text. */
  readonly redact: (functionId: string, version: string, text: string) => string;
}

export class Invoker {
  readonly #options: InvokerOptions;
  #turn = 0;

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  /** Resolves with success or the function's own failure; rejects with what the platform refused. */
  async invoke(functionId: string, input: Invoke, signal: AbortSignal): Promise<InvokeResult> {
    const { logs, instances, instanceAt, liveVersion } = this.#options;
    const requestId = input.requestId ?? randomUUID();
    const cpuBefore = new Map(instances(functionId).map((i) => [i.id, i.resources.cpuMs()]));
    logs.begin(requestId);
    const startedAt = performance.now();
    let answered = false;
    try {
      const response = await this.#front().http.send({
        method: input.method,
        path: `/invoke/${functionId}/live${pathAndQuery(input)}`,
        ...requestParts(input, requestId),
        signal,
      });
      const body = await readBounded(response);
      if (!(InvokedHeaders.durationMs in response.headers) && !(ERROR_HEADER in response.headers)) {
        throw refusedByFront(response, body);
      }
      const durationMs = Number(response.headers[InvokedHeaders.durationMs] ?? performance.now() - startedAt);
      const instance = instanceAt(Number(response.headers[InvokedHeaders.slot] ?? -1));
      const coldStart = response.headers[InvokedHeaders.coldStart] === '1';
      const usage = instance?.resources.usage();
      const cpuStart = instance && (cpuBefore.get(instance.id) ?? instance.startCpuMs);
      const code = response.headers[ERROR_HEADER];
      const version = instance?.version ?? liveVersion(functionId) ?? '';
      const told = typeof code === 'string' ? failureOf(code, body) : undefined;
      // What the function threw is told in its log too, and may hold what that may not.
      const failure =
        told?.code === 'FN_004'
          ? { ...told, message: this.#options.redact(functionId, version, told.message) }
          : told;
      answered = true;
      const lines = await logs.finish(requestId, instance ? logWaitMs : 0);
      const stack = lines.findLast((line) => line.stack !== undefined)?.stack;
      return {
        requestId,
        status: failure ? 'error' : 'success',
        response: failure ? null : decodeBody(response, body),
        http: { status: response.statusCode ?? 0, headers: ownHeaders(response) },
        logs: lines,
        durationMs: round(durationMs),
        cpuMs: usage === undefined || cpuStart === undefined ? null : round(usage.cpuMs - cpuStart),
        memoryBytes: usage?.memoryBytes ?? null,
        coldStart,
        version,
        ...(failure && { error: { ...failure, ...(stack !== undefined && { stack }) } }),
      };
    } finally {
      if (!answered) void logs.finish(requestId, 0);
    }
  }

  #front(): Front {
    const fronts = this.#options.fronts();
    this.#turn += 1;
    const front = fronts[this.#turn % fronts.length];
    if (!front)
      throw new AppError('SYS_003', 'No front is running yet; try again.', { retryAfterSeconds: 1 });
    return front;
  }
}

export const round = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000;
