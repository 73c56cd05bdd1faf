// Receives a body that is to be stored: in memory as long as it is small, then in a file.

import { once } from 'node:events';
import { createWriteStream, truncateSync, type WriteStream } from 'node:fs';
import type { CacheStore, TakenBody } from './cache-store.ts';
import { cacheInlineBytesMax } from './limits.ts';

/** By what a body is known to be whole: its length, or the mark that it ends with. */
export type Whole = { readonly bytes: number } | { readonly mark: string } | undefined;

/** Nothing is left of it when it is refused, or when it breaks off, which rejects. */
export async function takeBody(
  source: AsyncIterable<Buffer>,
  store: CacheStore,
  whole: Whole,
): Promise<TakenBody | 'too large' | 'broken off'> {
  const mark = Buffer.from(whole && 'mark' in whole ? whole.mark : '');
  const bytesMax = store.cacheEntryBytesMax + mark.byteLength;
  const small: Buffer[] = [];
  let tail = Buffer.alloc(0);
  let length = 0;
  let file: { id: number; stream: WriteStream; failed: Error | undefined } | undefined;
  const drop = (): void => {
    if (!file) return;
    file.stream.destroy();
    store.dropFile(file.id);
  };
  try {
    for await (const chunk of source) {
      length += chunk.byteLength;
      tail = Buffer.concat([tail, chunk]).subarray(-mark.byteLength || Number.MAX_SAFE_INTEGER);
      if (length > bytesMax) break;
      if (!file && length > cacheInlineBytesMax + mark.byteLength) {
        file = openFile(store);
        for (const before of small) file.stream.write(before);
      }
      if (!file) small.push(chunk);
      else if (!file.stream.write(chunk)) await once(file.stream, 'drain');
    }
    const fault = faultOf(length, bytesMax, mark, tail, whole);
    if (fault !== undefined) {
      drop();
      return fault;
    }
    const bytes = length - mark.byteLength;
    if (!file) return { bytes: Buffer.concat(small).subarray(0, bytes) };
    file.stream.end();
    await once(file.stream, 'close');
    if (file.failed) throw file.failed;
    if (mark.byteLength > 0) truncateSync(store.bodyFile(file.id), bytes);
    return { file: file.id, length: bytes };
  } catch (error) {
    drop();
    throw error;
  }
}

function faultOf(
  length: number,
  bytesMax: number,
  mark: Buffer,
  tail: Buffer,
  whole: Whole,
): 'too large' | 'broken off' | undefined {
  if (length > bytesMax) return 'too large';
  if (mark.byteLength > 0 && !mark.equals(tail)) return 'broken off';
  return whole && 'bytes' in whole && whole.bytes !== length ? 'broken off' : undefined;
}

/** A stream that nobody listens to ends the process with its error. */
function openFile(store: CacheStore): { id: number; stream: WriteStream; failed: Error | undefined } {
  const { id, path } = store.newFile();
  const file = {
    id,
    stream: createWriteStream(path, { mode: 0o600 }),
    failed: undefined as Error | undefined,
  };
  file.stream.on('error', (error) => {
    file.failed = error;
  });
  return file;
}
