// New entries of a function's log, as they come.

import type { ErrorJson, LogEntry } from './answers.ts';
import type { CallOptions, Connection } from './connection.ts';
import { readEvents } from './read-events.ts';
import { SelvedgeError } from './selvedge-error.ts';
import { type Call, send } from './send-call.ts';

/**
 * The connection is opened with the call's time and repetitions; from then on the stream may last. It ends with the
 * loop that reads it, when `signal` aborts, and when the platform ends it. It is not opened again by itself, as what
 * happens in between is not sent again: whoever wants that reads `logs` with `since`.
 */
export async function* followLogs(
  connection: Connection,
  call: Call,
  options: CallOptions = {},
): AsyncGenerator<LogEntry, void> {
  try {
    const body = await send(connection, call, options, readBody);
    for await (const { event, data } of readEvents(body, options.signal)) {
      if (event === 'error') throw errorOf(JSON.parse(data) as ErrorJson);
      if (event === 'log') yield JSON.parse(data) as LogEntry;
    }
  } catch (thrown) {
    if (options.signal?.aborted) return;
    if (thrown instanceof SelvedgeError) throw thrown;
    throw new SelvedgeError('CLIENT_NETWORK', `The log broke off: ${String(thrown)}.`, {}, thrown);
  }
}

async function readBody(response: Response): Promise<ReadableStream<Uint8Array>> {
  if (response.body) return response.body;
  throw new SelvedgeError('CLIENT_ANSWER', 'The log was answered without a body.', {
    status: response.status,
  });
}

const errorOf = ({ error, request_id }: ErrorJson): SelvedgeError =>
  new SelvedgeError(error.code, error.message, { requestId: request_id });
