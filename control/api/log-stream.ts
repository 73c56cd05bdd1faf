// A log as server-sent events.
//
// The stream is pulled: an entry is asked of the platform when the client has room for it, so a client that
// reads slowly holds nothing here. It ends when the platform's entries end, when they fail, or when the
// client leaves; in each case the platform is told, through its signal, that nobody listens any more.

import type { LogEntry } from '../platform/platform.ts';
import { type ApiLog, toAppError } from './error-response.ts';
import { logEntryJson } from './log-entry-json.ts';

/** Proxies commonly end a connection that is silent for 30 or 60 seconds. */
export const heartbeatSeconds = 15;
/** How long a browser waits before it connects again. */
const reconnectMs = 2000;

export function logStream(
  follow: (signal: AbortSignal) => AsyncIterable<LogEntry>,
  clientLeft: AbortSignal,
  context: { readonly requestId: string; readonly log: ApiLog },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const listening = new AbortController();
  let closed = false;
  const stop = (): void => {
    if (listening.signal.aborted) return;
    clientLeft.removeEventListener('abort', stop);
    listening.abort();
    // Ends a generator that waits at a `yield`; one that is at work ends by the signal.
    entries?.return?.().catch((thrown: unknown) => toAppError(thrown, context.requestId, context.log));
  };
  let entries: AsyncIterator<LogEntry> | undefined;
  let next: Promise<IteratorResult<LogEntry>> | undefined;

  const source: ConstructorParameters<typeof ReadableStream<Uint8Array>>[0] = {
    start(controller) {
      clientLeft.addEventListener('abort', stop);
      if (clientLeft.aborted) stop();
      // Sent at once, so that the client sees the stream open before the first entry.
      controller.enqueue(encoder.encode(`retry: ${reconnectMs}\n\n`));
    },

    async pull(controller) {
      if (listening.signal.aborted) return controller.close();
      try {
        // Only now, as nobody reads the body of an answer to HEAD, and nobody would end what it began.
        entries ??= follow(listening.signal)[Symbol.asyncIterator]();
        next ??= entries.next();
        const result = await nextOrSilence(next, listening.signal);
        // A stream that was cancelled is closed already.
        if (result === 'left') return closed ? undefined : controller.close();
        if (result === 'silence') return controller.enqueue(encoder.encode(': still here\n\n'));
        next = undefined;
        if (result.done) {
          stop();
          return controller.close();
        }
        const data = JSON.stringify(logEntryJson(result.value));
        controller.enqueue(encoder.encode(`event: log\nid: ${result.value.id}\ndata: ${data}\n\n`));
      } catch (thrown) {
        // Not an error where nobody listens any more: that is how the platform heeds the signal.
        if (listening.signal.aborted) return closed ? undefined : controller.close();
        stop();
        const error = toAppError(thrown, context.requestId, context.log);
        const data = JSON.stringify({
          error: { code: error.code, message: error.message },
          request_id: context.requestId,
        });
        controller.enqueue(encoder.encode(`event: error\ndata: ${data}\n\n`));
        controller.close();
      }
    },

    cancel() {
      closed = true;
      stop();
    },
  };
  // Nothing is held ready: `pull` is called when the client reads.
  return new ReadableStream(source, { highWaterMark: 0 });
}

/** The next entry, `silence` after `heartbeatSeconds` without one, or `left` once nobody listens. */
async function nextOrSilence(
  next: Promise<IteratorResult<LogEntry>>,
  signal: AbortSignal,
): Promise<IteratorResult<LogEntry> | 'silence' | 'left'> {
  if (signal.aborted) return 'left';
  const { promise, resolve } = Promise.withResolvers<'silence' | 'left'>();
  const timer = setTimeout(() => resolve('silence'), heartbeatSeconds * 1000);
  const leave = (): void => resolve('left');
  signal.addEventListener('abort', leave);
  try {
    return await Promise.race([next, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
