// Gives a response to the visitor while the cache takes it. What breaks off on either side is not stored; what the cache
// does not take goes on to the visitor.

import type { CacheAnswered, CacheLease } from '../../contract/cache.ts';
import type { CacheDoor } from './cache-door.ts';

/** Bodies with a declared length up to this are read whole before they go anywhere. */
const wholeBytesMax = 64 * 1024;
/** How long the cache may take for one piece of a body. */
const cacheStepMs = 2000;

export interface Storing {
  readonly door: CacheDoor;
  readonly lease: CacheLease;
  readonly answered: CacheAnswered;
}

export interface StoredResponse {
  /** Without a body when `forVisitor` was false. */
  readonly response: Response;
  /** Known when the body was read whole; of a stream it is not known yet. */
  readonly stored: boolean;
}

/** `forVisitor` is false when he has the body already, or nobody waits for it. */
export async function storeResponse(
  { door, lease, answered }: Storing,
  response: Response,
  forVisitor: boolean,
  ctx: ExecutionContext,
): Promise<StoredResponse> {
  const { body } = response;
  const declared = answered.decoded ? null : response.headers.get('content-length');
  const length = declared === null ? undefined : Number(declared);
  const put = (bytes: BodyInit | null): Promise<boolean> =>
    door.tell('PUT', { do: 'store', lease: lease.id, answered }, bytes);
  if (body === null || (length !== undefined && length <= wholeBytesMax)) {
    const bytes = await response.arrayBuffer();
    const stored = await put(bytes);
    return { stored, response: new Response(forVisitor && body !== null ? bytes : null, response) };
  }
  const { readable, writable } = new IdentityTransformStream();
  const storing = put(readable);
  const forCache = { writer: writable.getWriter(), done: storing, bytesMax: lease.bytesMax };
  if (!forVisitor) {
    await carry(body, forCache, undefined, length);
    return { stored: await storing, response: new Response(null, response) };
  }
  const visitors = length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  ctx.waitUntil(carry(body, forCache, visitors.writable.getWriter(), length));
  return { stored: true, response: new Response(visitors.readable, response) };
}

interface ForCache {
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly done: Promise<unknown>;
  readonly bytesMax: number;
}

/**
 * The cache has each piece before the visitor has, and has taken all before he has the last: whoever asks again then
 * finds it.
 */
async function carry(
  body: ReadableStream<Uint8Array>,
  { writer, done, bytesMax }: ForCache,
  visitor: WritableStreamDefaultWriter<Uint8Array> | undefined,
  length: number | undefined,
): Promise<void> {
  const reader = body.getReader();
  let [taking, bytes] = [true, 0];
  const toCache = async (work: () => Promise<unknown>): Promise<void> => {
    if (taking) await inTime(work()).catch(() => (taking = false));
  };
  const drop = (reason: unknown): Promise<void> =>
    toCache(() => writer.abort(reason)).then(() => void (taking = false));
  const finish = async (): Promise<void> => {
    await toCache(() => writer.close());
    if (taking) await inTime(done).catch(() => undefined);
    taking = false;
  };
  try {
    for (;;) {
      const { done: over, value } = await reader.read();
      if (over) break;
      bytes += value.byteLength;
      if (bytes > bytesMax) await drop('too large');
      await toCache(() => writer.write(value));
      if (bytes === length) await finish();
      if (visitor) await visitor.write(value);
    }
    await finish();
    if (visitor) await visitor.close();
  } catch (error) {
    await drop(error);
    reader.cancel(error).catch(() => undefined);
    visitor?.abort(error).catch(() => undefined);
  }
}

/** A cache that does not move is not to hold the visitor up. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The cache takes nothing.')), cacheStepMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
