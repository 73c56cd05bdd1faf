// Reads what a handler has left of its request's body, before the answer is sent.
//
// workerd closes a connection on which it has answered before the request was read, and lets nobody read it after
// the answer. Whoever still writes the body then gets an error and often not the answer, see
// docs/design/request-bodies.md.

const after = globalThis.setTimeout.bind(globalThis);
const never = globalThis.clearTimeout.bind(globalThis);

/** What is read at a time: the reader's own pieces of 8 KB cost four times as much. */
const readBytesMax = 64 * 1024;

/** An answer waits no longer for a client that sends slowly; it may be lost then. The front bounds the bytes. */
export const drainMs = 5000;

/** The body, if nobody has begun to read it; a response that is the body itself will be read by its client. */
export function unreadBody(request: Request, response: Response): ReadableStream | undefined {
  if (request.bodyUsed) return undefined;
  const { body } = request;
  return body === null || body.locked || body === response.body ? undefined : body;
}

/** Resolves when the body has been read, has broken off, or `drainMs` are over. */
export async function drainBody(body: ReadableStream): Promise<void> {
  // Somebody has begun to read it after all.
  if (body.locked) return;
  const reader = body.getReader({ mode: 'byob' });
  const late = Promise.withResolvers<void>();
  const timer = after(late.resolve, drainMs);
  await Promise.race([readAll(reader), late.promise]);
  never(timer);
}

async function readAll(reader: ReadableStreamBYOBReader): Promise<void> {
  let buffer = new ArrayBuffer(readBytesMax);
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) return;
      buffer = value.buffer;
    }
  } catch {
    // The client has left; it shows when it is answered.
  }
}
