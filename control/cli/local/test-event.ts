// `functions test`: one event through the function, offline, or the project's own vitest.
//
//   const outcome = await runTest({
//     folder, load, cacheDir, environment, geo, ip,   // as for runDev
//     event: { value: { name: 'Ada' } },              // without it, vitest runs
//     method, path, headers, query,                   // as for POST /functions/:id/invoke; all may be absent
//     env: world.env,                                 // of vitest's process
//     write: (chunk) => stdout.write(chunk),          // what vitest prints
//     signal,
//   });
//   outcome.ok                                        // false: the command is to end with a code other than 0
//   outcome.answer                                    // for --json, as invoke answers; undefined after vitest
//
// It rejects with an AppError for what is wrong before anything ran: a function that does not build, no vitest.

import { randomUUID } from 'node:crypto';
import { InvokedHeaders } from '../../../edge/contract/front-api.ts';
import { ERROR_HEADER } from '../../../edge/contract/names.ts';
import {
  decodeBody,
  failureOf,
  pathAndQuery,
  readBounded,
  refusedByFront,
  requestParts,
} from '../../platform/invocation-message.ts';
import type { Invoke, LogLine } from '../../platform/platform.ts';
import { InvocationLogs } from '../../telemetry/invocation-logs.ts';
import { type BuildOptions, type BuiltFunction, buildFunction } from './build-function.ts';
import { localFunctionId } from './function-input.ts';
import { LocalPlatform } from './local-platform.ts';
import { runVitest } from './run-vitest.ts';
import { pretendVisitor, type VisitorOptions } from './visitor.ts';

/** How long the answer waits for the last log lines, when `waitUntil` work goes on after the response. */
const logWaitMs = 2000;

export interface TestOptions extends VisitorOptions, Pick<BuildOptions, 'load' | 'cacheDir'> {
  /** Absolute path; where vitest runs. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Any JSON; without it the project's own vitest runs. */
  readonly event?: { readonly value: unknown } | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (chunk: string) => void;
  readonly signal: AbortSignal;
}

/** As `POST /functions/:id/invoke` answers. */
export type TestAnswer =
  | {
      readonly request_id: string;
      readonly status: 'success';
      readonly response: unknown;
      readonly logs: readonly LogLine[];
      readonly duration_ms: number;
      readonly cpu_ms: null;
      readonly memory_bytes: null;
      readonly cold_start: boolean;
      readonly version: string;
    }
  | {
      readonly error: { readonly code: string; readonly message: string; readonly stack?: string };
      readonly request_id: string;
      readonly logs: readonly LogLine[];
      readonly duration_ms: number;
    };

export interface TestOutcome {
  readonly ok: boolean;
  readonly answer?: TestAnswer;
}

export async function runTest(options: TestOptions): Promise<TestOutcome> {
  const { folder, env, write, signal } = options;
  if (options.event === undefined) return { ok: await runVitest({ folder, env, write, signal }) };
  const event = options.event.value;
  const visitor = pretendVisitor(options);
  const { load, cacheDir, environment = {} } = options;
  const built = await buildFunction({ load, cacheDir, environment });
  signal.throwIfAborted();
  const logs = new InvocationLogs();
  const platform = await LocalPlatform.start({
    ...{ host: '127.0.0.1', port: 0, visitor, offline: true },
    onLine: ({ kind, level, message, stack, requestId, time }) => {
      if (requestId === null) return;
      if (kind === 'end') return logs.end(requestId);
      const at = new Date(time).toISOString();
      logs.add(requestId, { level, message, time: at, ...(stack !== undefined && { stack }) });
    },
    onRecord: () => undefined,
    // The invocation itself fails then, and says why.
    onFault: () => undefined,
  });
  const stop = (): void => void platform.stop();
  signal.addEventListener('abort', stop);
  try {
    await platform.deploy(built);
    const { method = event === undefined ? 'GET' : 'POST', path = '/', headers = {}, query = {} } = options;
    const answer = await invoke(platform, built, logs, { event, method, path, headers, query }, signal);
    return { ok: !('error' in answer), answer };
  } finally {
    signal.removeEventListener('abort', stop);
    await platform.stop();
  }
}

async function invoke(
  { front }: LocalPlatform,
  { version }: BuiltFunction,
  logs: InvocationLogs,
  input: Invoke,
  signal: AbortSignal,
): Promise<TestAnswer> {
  const requestId = randomUUID();
  logs.begin(requestId);
  const response = await front.http.send({
    method: input.method,
    path: `/invoke/${localFunctionId}/live${pathAndQuery(input)}`,
    ...requestParts(input, requestId),
    signal,
  });
  const body = await readBounded(response);
  const code = response.headers[ERROR_HEADER];
  const duration = response.headers[InvokedHeaders.durationMs];
  if (duration === undefined && code === undefined) throw refusedByFront(response, body);
  const lines = await logs.finish(requestId, response.headers[InvokedHeaders.slot] ? logWaitMs : 0);
  const told = { request_id: requestId, logs: lines, duration_ms: Number(duration ?? 0) };
  if (typeof code === 'string') {
    const stack = lines.findLast((line) => line.stack !== undefined)?.stack;
    return { error: { ...failureOf(code, body), ...(stack !== undefined && { stack }) }, ...told };
  }
  return {
    ...{ request_id: requestId, status: 'success', response: decodeBody(response, body) },
    ...{ logs: lines, duration_ms: told.duration_ms, cpu_ms: null, memory_bytes: null },
    ...{ cold_start: response.headers[InvokedHeaders.coldStart] === '1', version },
  };
}
