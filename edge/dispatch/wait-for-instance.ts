// The slow way to an instance: the version has none, or all are full. How many requests of a function may wait,
// and how long, is the function's setting; one past either is refused with FN_007.

import type { Flight } from '../traffic/flight.ts';
import { activate, askForMore } from './ask-control.ts';
import type { Call } from './front.ts';
import { PlatformError } from './platform-error.ts';

/** Resolves when the flight has boarded an instance. One that waits again, as its instance was lost, has the rest of its time. */
export async function waitForInstance(call: Call, flight: Flight): Promise<void> {
  const { version } = flight;
  const { entry } = version.function;
  const limit = waitingMax(flight);
  if (version.function.queued >= limit) throw queueFull(limit);
  const since = Date.now();
  const deadline = since + entry.queueTimeoutMs - flight.waitedMs;
  flight.enqueue();
  for (;;) {
    const now = Date.now();
    if (now >= deadline) throw waitedTooLong(entry.queueTimeoutMs);
    if (!version.reachable(now)) {
      flight.coldStart = true;
      await activate(call, version, deadline - now);
    }
    const instance = version.pick(now);
    if (instance) flight.board(instance);
    else {
      if (version.wantsMore(now)) call.ctx.waitUntil(askForMore(call, version));
      await aPlace(flight, deadline - now);
    }
    if (flight.instance) {
      flight.waitedMs += Date.now() - since;
      return;
    }
  }
}

/** The request that starts a function always may wait: a queue of length 0 is no reason never to start. */
function waitingMax({ version }: Flight): number {
  const { queueLength } = version.function.entry;
  return version.instances.length === 0 ? Math.max(queueLength, 1) : queueLength;
}

/**
 * Resolves when the flight has boarded, when it should look again, or after `timeoutMs`. The timer is this
 * request's own: a request that waits for nothing but another request is ended by workerd as one that hangs.
 */
async function aPlace(flight: Flight, timeoutMs: number): Promise<void> {
  let timer: number | null = null;
  await new Promise<void>((resolve) => {
    flight.boarded = resolve;
    flight.version.waiting.add(flight);
    timer = setTimeout(resolve, timeoutMs) as unknown as number;
  });
  clearTimeout(timer);
  flight.version.waiting.delete(flight);
}

function queueFull(limit: number): PlatformError {
  return new PlatformError(
    'FN_007',
    429,
    `All instances of the function are busy and ${limit} requests wait already, which is its limit (scaling.queueLength).`,
    { retryAfterSeconds: 1 },
  );
}

function waitedTooLong(timeoutMs: number): PlatformError {
  return new PlatformError(
    'FN_007',
    429,
    `All instances of the function were busy for ${timeoutMs} ms, which is as long as a request may wait (scaling.queueSeconds).`,
    { retryAfterSeconds: 1 },
  );
}
