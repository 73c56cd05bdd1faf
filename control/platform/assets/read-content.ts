// The bytes of a static file as they arrive, in base64 or as they are, with the other form beside them: the hash is
// taken over base64, and what is kept is bytes. Nothing is held but a few bytes between two chunks.

import { AppError } from '../../model/errors.ts';

export interface Piece {
  readonly bytes: Buffer;
  readonly base64: Buffer;
}

export type Encoding = 'base64' | 'raw';

/** @throws {AppError} FN_006 for base64 that is none, or that is not written the one way that hashes are taken of. */
export async function* readContent(
  content: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Piece> {
  const group = encoding === 'base64' ? 4 : 3;
  let rest = Buffer.alloc(0);
  let ended = false;
  for await (const chunk of content) {
    const all = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const whole = all.length - (all.length % group);
    rest = Buffer.from(all.subarray(whole));
    if (whole === 0) continue;
    if (ended) throw notBase64('goes on after its end');
    const piece = pieceOf(all.subarray(0, whole), encoding);
    ended = encoding === 'base64' && piece.base64.at(-1) === PADDING;
    yield piece;
  }
  if (rest.length === 0) return;
  if (encoding === 'base64') throw notBase64('is cut off, or lacks the "=" at its end');
  yield pieceOf(rest, encoding);
}

const PADDING = '='.charCodeAt(0);

function pieceOf(chunk: Buffer, encoding: Encoding): Piece {
  if (encoding === 'raw') return { bytes: chunk, base64: Buffer.from(chunk.toString('base64'), 'latin1') };
  const bytes = Buffer.from(chunk.toString('latin1'), 'base64');
  // Node skips what is no base64. What was skipped is missing when it is written again.
  if (bytes.toString('base64') !== chunk.toString('latin1'))
    throw notBase64('holds other characters, or padding in its middle');
  return { bytes, base64: chunk };
}

const notBase64 = (why: string): AppError =>
  new AppError('FN_006', `The content of a file is not base64: it ${why}.`);
