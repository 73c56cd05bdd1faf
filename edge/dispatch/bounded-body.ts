// A response's body on its way to the client, with the flight ending when the body does, and the body broken off
// when it takes longer than the function's `stream_timeout`.
//
// This costs about 60 µs, where a body that workerd passes on by itself costs none. So a body pays it only if it has
// no length, or a large one.

import type { Flight } from '../traffic/flight.ts';
import type { SeenBody } from '../traffic/seen-body.ts';
import { whyEnded } from './ask-control.ts';
import type { Call } from './front.ts';
import { keepWatch } from './keep-watch.ts';
import { pumpBody } from './pump-body.ts';
import { takeTurn } from './take-turn.ts';

/** Bodies with a declared length up to this many bytes are passed on unwatched. */
export const unwatchedBytesMax = 64 * 1024;

/** `length` is undefined for a body without one; `seen` is shown what passes. A break on either side is a broken body on the other. */
export function boundedBody(
  call: Call,
  flight: Flight,
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
  seen: SeenBody | undefined,
): ReadableStream {
  const { readable, writable } =
    length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  const { streamTimeoutMs } = flight.version.function.entry;
  const breaker = new AbortController();
  // Without the signal, waitUntil would hold on to the instance's response after the client has left.
  call.request.signal.addEventListener('abort', () => breaker.abort());
  // The watch may run in another request's context, and what is this one's may be touched in this one only.
  const late = new Promise<void>((resolve) => {
    flight.late = resolve;
  });
  void late.then(() => {
    flight.breakOff('FN_002', tooSlow(streamTimeoutMs), Date.now());
    breaker.abort();
  });
  keepWatch(call, flight, streamTimeoutMs);
  // Without waitUntil nobody would be there to hear of the end.
  call.ctx.waitUntil(
    pumpBody(body, writable, {
      signal: breaker.signal,
      takeTurn: () => takeTurn(call.front.turns, flight.version.function.lane, call.ctx),
      seen,
    }).then(
      () => flight.end(),
      () => broken(call, flight),
    ),
  );
  return readable;
}

/** If the client has not left, the instance may have ended, and control knows why. */
async function broken(call: Call, flight: Flight): Promise<void> {
  const slot = flight.instance?.slot;
  if (flight.ended || slot === undefined) return;
  const answer = await whyEnded(call, flight.version, slot);
  if (!answer || answer.code === null || flight.ended) flight.end();
  else flight.breakOff(answer.code, answer.message, Date.now());
}

const tooSlow = (timeoutMs: number): string =>
  `The response's body had not ended ${timeoutMs / 1000} s after its head, which is its limit (stream_timeout), and was broken off. Raise stream_timeout, or end the body in time.`;
