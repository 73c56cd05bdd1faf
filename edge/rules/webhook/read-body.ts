// Reads the whole of a request's body, as a signature is over all of it.

import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Hold } from './held-bytes.ts';

/** Of a webhook's body: it is in the front's memory until the function has it. */
export const webhookBytesMax = 4 * 1024 * 1024;
/** That the whole of it may take. */
export const webhookReadMs = 10_000;

/**
 * What is read is held with `hold`, which the caller releases, also after a rejection.
 *
 * @throws {PlatformError} FN_006 for one that is too long, too slow, or breaks off; FN_008 where there is no room for it.
 */
export async function readBody(
  request: Request,
  bytesMax: number,
  hold: Pick<Hold, 'fits' | 'take'>,
): Promise<Uint8Array> {
  const { body } = request;
  if (body === null) return new Uint8Array();
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > bytesMax) throw tooLong(bytesMax);
  if (!hold.fits(announced)) throw noRoom();
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    // What it says is told by `late`.
    reader.cancel().catch(() => undefined);
  }, webhookReadMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw tooSlow();
      if (done) return joined(pieces, bytes);
      bytes += value.byteLength;
      if (bytes > bytesMax) throw tooLong(bytesMax);
      if (!hold.take(value.byteLength)) throw noRoom();
      pieces.push(value);
    }
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    throw late ? tooSlow() : brokenOff();
  } finally {
    clearTimeout(timer);
  }
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}

const tooLong = (bytesMax: number): PlatformError =>
  new PlatformError(
    'FN_006',
    413,
    `The request's body is longer than ${bytesMax} bytes, which is the most of which a signature is checked.`,
  );

const noRoom = (): PlatformError =>
  new PlatformError(
    'FN_008',
    503,
    'More webhooks are under way than there is room for their bodies here, so the signature could not be checked: send it again.',
    { retryAfterSeconds: 5 },
  );

const tooSlow = (): PlatformError =>
  new PlatformError('FN_006', 408, `The request's body did not come within ${webhookReadMs / 1000} s.`);

const brokenOff = (): PlatformError =>
  new PlatformError('FN_006', 400, "The request's body broke off before its end. Send all of it.");
