// Gives a response to the visitor while the cache takes it. What breaks off on either side is not stored; what the cache
// does not take goes on to the visitor.

import type { CacheAnswered, CacheLease } from '../../contract/cache.ts';
import type { Visit } from '../visit.ts';
import type { CacheDoor } from './cache-door.ts';

/** Bodies with a declared length up to this are read whole before they go anywhere. */
const cacheWholeBytesMax = 64 * 1024;
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
  { ctx, request: { signal } }: Pick<Visit, 'ctx' | 'request'>,
): Promise<StoredResponse> {
  const { body } = response;
  const declared = answered.decoded ? null : response.headers.get('content-length');
  const length = declared === null ? undefined : Number(declared);
  const put = (body: BodyInit | null, bytes: number | null): Promise<boolean> =>
    door.tell('PUT', { do: 'store', lease: lease.id, answered, bytes }, body);
  if (body === null || (length !== undefined && length <= cacheWholeBytesMax)) {
    const bytes = await response.arrayBuffer();
    const stored = await put(bytes, bytes.byteLength);
    return { stored, response: new Response(forVisitor && body !== null ? bytes : null, response) };
  }
  const { readable, writable } = new IdentityTransformStream();
  const side = new CacheSide(writable, put(readable, null), lease);
  if (!forVisitor) {
    await carry(body, side, undefined, { length, signal });
    return { stored: side.stored, response: new Response(null, response) };
  }
  const visitors = length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  ctx.waitUntil(carry(body, side, visitors.writable.getWriter(), { length, signal }));
  return { stored: true, response: new Response(visitors.readable, response) };
}

/**
 * The cache has each piece before the visitor has, and has taken all before he has the last: whoever asks again then
 * finds it. Never rejects: a break on one side is a broken body on the others.
 */
async function carry(
  body: ReadableStream<Uint8Array>,
  side: CacheSide,
  visitor: WritableStreamDefaultWriter<Uint8Array> | undefined,
  { length, signal }: { readonly length: number | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const reader = body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // A read that was cancelled ends as if the source had.
      signal.throwIfAborted();
      if (done) break;
      bytes += value.byteLength;
      await side.write(value);
      if (bytes === length) await side.close();
      if (visitor) await visitor.write(value);
    }
    await side.close();
    if (visitor) await visitor.close();
  } catch (error) {
    await side.drop(error);
    reader.cancel(error).catch(() => undefined);
    visitor?.abort(error).catch(() => undefined);
  }
}

/** The body on its way to the cache, for as long as that takes it. No call rejects. */
class CacheSide {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #told: Promise<boolean>;
  readonly #lease: CacheLease;
  #taking = true;
  #bytes = 0;
  stored = false;

  constructor(writable: WritableStream<Uint8Array>, told: Promise<boolean>, lease: CacheLease) {
    this.#writer = writable.getWriter();
    this.#told = told;
    this.#lease = lease;
  }

  async write(piece: Uint8Array): Promise<void> {
    if (!this.#taking) return;
    this.#bytes += piece.byteLength;
    if (this.#bytes > this.#lease.bytesMax) return this.drop('too large');
    await inTime(this.#writer.write(piece)).catch((error: unknown) => this.drop(error));
  }

  /** Resolves when the cache has it all, or does not take it. */
  async close(): Promise<void> {
    if (!this.#taking) return;
    this.#taking = false;
    try {
      // By this the cache knows that it has all.
      await inTime(this.#writer.write(new TextEncoder().encode(this.#lease.id)));
      await inTime(this.#writer.close());
      this.stored = await inTime(this.#told);
    } catch (error) {
      this.#writer.abort(error).catch(() => undefined);
    }
  }

  /** Nothing of it is stored then. */
  async drop(reason: unknown): Promise<void> {
    if (!this.#taking) return;
    this.#taking = false;
    await this.#writer.abort(reason).catch(() => undefined);
  }
}

/** A cache that does not move is not to hold the visitor up. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The cache takes nothing.')), cacheStepMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
