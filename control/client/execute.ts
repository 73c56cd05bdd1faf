// `execute`: a function called with data, answered in the words of seed 000.

import type { Invocation, InvokeInput, LogLine } from './answers.ts';
import type { CallOptions } from './connection.ts';

export interface ExecutionOptions extends CallOptions {
  /** Milliseconds, in place of the function's own `timeout` for this call. */
  readonly timeout?: number | undefined;
  /** What the function sees of an HTTP request; POST to `/` unless given. */
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Execution {
  readonly status: 'success';
  /** What the function answered: parsed if it is JSON. */
  readonly response: unknown;
  /** Milliseconds until the response began. */
  readonly execution_time: number;
  /** Bytes of its instance; null where they could not be read. */
  readonly memory_usage: number | null;
  /** What it printed, line by line. */
  readonly logs: string;
  readonly request_id: string;
  readonly version: string;
  readonly cold_start: boolean;
}

interface Invoker {
  invoke(id: string, input?: InvokeInput, options?: CallOptions): Promise<Invocation>;
}

export async function execute(
  functions: Invoker,
  id: string,
  data: unknown,
  { timeout, method, path, headers, ...options }: ExecutionOptions = {},
): Promise<Execution> {
  const input = {
    event: data,
    method,
    path,
    timeout_ms: timeout,
    ...(headers && { headers: { ...headers } }),
  };
  const call = await functions.invoke(id, input, options);
  return {
    status: 'success',
    response: call.response,
    execution_time: call.duration_ms,
    memory_usage: call.memory_bytes,
    logs: textOf(call.logs),
    request_id: call.request_id,
    version: call.version,
    cold_start: call.cold_start,
  };
}

/** An error with its stack, which begins with its message. */
export const textOf = (lines: readonly Pick<LogLine, 'message' | 'stack'>[]): string =>
  lines.map(({ message, stack }) => stack ?? message).join('\n');
