// A request body of unknown length is counted while it passes, and broken off one byte past the limit.

export interface CountedBody {
  readonly body: ReadableStream;
  /** Aborted one byte past the limit; the fetch that carries the body must have it. */
  readonly signal: AbortSignal;
}

/**
 * The break must be an abort of the whole exchange: a stream that errors is closed by workerd as if it had come
 * to its end, and the function would take half a body for all of it. So past the limit nothing more is passed
 * on, not even the end.
 */
export function countedBody(source: ReadableStream, bytesMax: number): CountedBody {
  let bytes = 0;
  const breaker = new AbortController();
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller): Promise<void> | undefined {
      bytes += chunk.byteLength;
      if (bytes <= bytesMax) {
        controller.enqueue(chunk);
        return undefined;
      }
      breaker.abort();
      return new Promise(() => undefined);
    },
  });
  return { body: source.pipeThrough(counter), signal: breaker.signal };
}
