// Two connections as one: bytes pass in both directions at the speed of the slower side, each direction ends by
// itself, and a connection that breaks breaks the other.

import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The heads are what was read of each side already. Without a byte of the far side for `idleTimeoutMs`, both end; 0 is for ever. */
export function joinStreams(
  near: Duplex,
  nearHead: Buffer,
  far: Duplex,
  farHead: Buffer,
  idleTimeoutMs: number,
): void {
  if (nearHead.length > 0) far.write(nearHead);
  if (farHead.length > 0) near.write(farHead);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy());
    one.once('close', () => {
      // What was read to its end has ended the other in its own time.
      if (!one.readableEnded || !one.writableFinished) other.destroy();
    });
    one.pipe(other);
  }
  (far as Socket).setTimeout(idleTimeoutMs, () => far.destroy());
}
