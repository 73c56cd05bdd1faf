// Carries a body piece by piece, each 64 KiB of it when it is its function's turn.
//
// workerd can carry a body by itself, and goes on with it as long as one side has bytes and the other has room, before
// it looks at its sockets again. Fifty large responses that begin together then hold the front for 50 ms and more,
// and requests for other functions wait. Here the front comes back to its event loop between two pieces, and
// while others have requests a function moves no more in a turn than it may begin requests.

import type { SeenBody } from '../traffic/seen-body.ts';

/** What is read at a time, and what is moved before the next turn is taken. */
export const pieceBytesMax = 64 * 1024;

interface PumpOptions {
  readonly signal: AbortSignal;
  readonly takeTurn: () => Promise<void> | undefined;
  readonly seen: SeenBody | undefined;
}

/**
 * Resolves when all of `source` is in `writable` and both are closed. Rejects when either side breaks or `signal` is
 * aborted, after it has ended the other. `takeTurn` is called before more bytes are moved; undefined is at once.
 * `seen` is shown each piece, and told of the end.
 */
export async function pumpBody(
  source: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  { signal, takeTurn, seen }: PumpOptions,
): Promise<void> {
  const [reader, writer] = [source.getReader({ mode: 'byob' }), writable.getWriter()];
  const end = (reason: unknown): void => {
    // Both have failed already if it was their fault.
    reader.cancel(reason).catch(() => undefined);
    writer.abort(reason).catch(() => undefined);
  };
  signal.addEventListener('abort', () => end(signal.reason));
  let buffer = new ArrayBuffer(pieceBytesMax);
  let moved = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read(new Uint8Array(buffer));
      // A read that was cancelled ends as if the source had.
      signal.throwIfAborted();
      if (done) break;
      moved += value.byteLength;
      seen?.add(value);
      await writer.write(value);
      buffer = value.buffer as ArrayBuffer;
      if (moved < pieceBytesMax) continue;
      moved = 0;
      const turn = takeTurn();
      if (turn) await turn;
    }
    await writer.close();
    seen?.end(true);
  } catch (error) {
    seen?.end(false);
    end(error);
    throw error;
  }
}
