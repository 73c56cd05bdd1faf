// Puts a flight under the watch, and has this request's context run the watch when no other does.

import type { Flight } from '../traffic/flight.ts';
import type { Call } from './front.ts';

const pause = (milliseconds: number): Promise<void> => scheduler.wait(milliseconds);

/**
 * `flight.late` is called when `durationMs` have passed. A signal comes back when this context runs the watch, now
 * or from an earlier attempt: `waitUntil` then holds the context when the client leaves, so what the instance was
 * sent must be cancelled by the signal, where the context's end does it for others.
 */
export function keepWatch(
  { ctx, front, request }: Call,
  flight: Flight,
  durationMs: number,
): AbortSignal | undefined {
  if (front.watch.add(flight, durationMs, Date.now())) {
    flight.keepsWatch = true;
    ctx.waitUntil(front.watch.run(pause));
  }
  return flight.keepsWatch ? request.signal : undefined;
}
