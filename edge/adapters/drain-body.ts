// Reads what a handler has left of its request's body, before the answer is sent.
//
// workerd closes a connection on which it has answered before the request was read, and lets nobody read it after
// the answer. Whoever still writes the body then gets an error, and often not the answer: measured, a handler that
// says 401 to an upload of 200 KB was heard one time in two.

const after = globalThis.setTimeout.bind(globalThis);
const never = globalThis.clearTimeout.bind(globalThis);

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
  const reader = body.getReader();
  const late = Promise.withResolvers<void>();
  const timer = after(late.resolve, drainMs);
  await Promise.race([readAll(reader), late.promise]);
  never(timer);
}

async function readAll(reader: ReadableStreamDefaultReader): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // The client has left; it shows when it is answered.
  }
}
