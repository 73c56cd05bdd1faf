// A request body of unknown length is counted while it passes, and broken off one byte past the limit.

export interface CountedBody {
  readonly body: ReadableStream;
  readonly overflow: () => boolean;
}

export function countedBody(source: ReadableStream, bytesMax: number): CountedBody {
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) controller.error(new Error(`The body is longer than ${bytesMax} bytes.`));
      else controller.enqueue(chunk);
    },
  });
  return { body: source.pipeThrough(counter), overflow: () => bytes > bytesMax };
}
