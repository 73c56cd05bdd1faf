// Receives a body that is to be stored: in memory as long as it is small, then in a file.

import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { CacheStore, TakenBody } from './cache-store.ts';
import { cacheInlineBytesMax } from './limits.ts';

/** Undefined when it is larger than it may be; nothing is left of it then. Rejects when it breaks off, the same. */
export async function takeBody(
  source: AsyncIterable<Buffer>,
  store: CacheStore,
  bytesMax: number,
): Promise<TakenBody | undefined> {
  const small: Buffer[] = [];
  let length = 0;
  let file: { id: number; stream: WriteStream } | undefined;
  try {
    for await (const chunk of source) {
      length += chunk.byteLength;
      if (length > bytesMax) throw new TooLarge();
      if (!file && length > cacheInlineBytesMax) {
        file = openFile(store);
        for (const before of small) file.stream.write(before);
      }
      if (!file) small.push(chunk);
      else if (!file.stream.write(chunk)) await once(file.stream, 'drain');
    }
    if (!file) return { bytes: Buffer.concat(small) };
    file.stream.end();
    await once(file.stream, 'close');
    return { file: file.id, length };
  } catch (error) {
    if (file) {
      file.stream.destroy();
      store.dropFile(file.id);
    }
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

class TooLarge extends Error {}

function openFile(store: CacheStore): { id: number; stream: WriteStream } {
  const { id, path } = store.newFile();
  return { id, stream: createWriteStream(path, { mode: 0o600 }) };
}
