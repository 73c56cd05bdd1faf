// Sends a request to its instance and waits for the response's head, within the function's wall time.

import type { RouterEnv } from '../env.ts';
import type { Flight } from '../traffic/flight.ts';
import { lateCheckMs } from '../traffic/late-watch.ts';
import type { Call } from './front.ts';
import { PlatformError } from './platform-error.ts';
import { type OutgoingRequest, tooLong } from './prepare-request.ts';
import { waitForInstance } from './wait-for-instance.ts';

type Sent = Pick<OutgoingRequest, 'url' | 'init'>;

const pause = (): Promise<void> => scheduler.wait(lateCheckMs);

/**
 * Resolves with the head. An instance that ends in mid-request and one that is not there look the same from
 * here, so only a request that may be repeated is sent again, and once.
 *
 * @throws {PlatformError} FN_002, FN_004 or FN_006; and whatever waiting for another instance throws.
 */
export async function handOver(call: Call, flight: Flight, request: OutgoingRequest): Promise<Response> {
  try {
    return await attempt(call, flight, request);
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    if (request.overflow()) throw tooLong(flight.version.function.entry);
    flight.unboard(Date.now());
    if (!request.repeatable) throw instanceEnded(flight, error);
  }
  const instance = flight.version.pick(Date.now());
  if (instance) flight.board(instance, Date.now());
  else await waitForInstance(call, flight);
  try {
    return await attempt(call, flight, request);
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    flight.unboard(Date.now());
    throw instanceEnded(flight, error);
  }
}

async function attempt(call: Call, flight: Flight, request: OutgoingRequest): Promise<Response> {
  const { watch } = call.front;
  const instance = binding(call.env, flight);
  try {
    const response = await new Promise<Response | undefined>((resolve, reject) => {
      flight.late = () => resolve(undefined);
      const { url, init } = watch.add(flight, Date.now()) ? keepingWatch(call, request) : request;
      instance.fetch(url, init).then(resolve, reject);
    });
    if (response !== undefined) return response;
  } finally {
    watch.forget(flight);
    flight.late = undefined;
  }
  // Answering ends the request's context, and that cancels what the instance was sent.
  const { timeoutMs } = flight.version.function.entry;
  throw new PlatformError(
    'FN_002',
    504,
    `The function did not answer within its timeout of ${timeoutMs / 1000} s.`,
  );
}

/**
 * Has this request's context run the watch for all. `waitUntil` then holds the context when the client leaves,
 * so what the instance was sent must be cancelled by the signal, where the context's end does it for others.
 */
function keepingWatch({ ctx, front, request: { signal } }: Call, { url, init }: OutgoingRequest): Sent {
  ctx.waitUntil(front.watch.run(pause));
  return { url, init: { ...init, signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal } };
}

function binding(env: RouterEnv, flight: Flight): Fetcher {
  const { instance } = flight;
  const fetcher = instance && env[instance.binding];
  if (fetcher) return fetcher;
  throw new PlatformError(
    'FN_008',
    503,
    `The function's instance is at slot ${instance?.slot}, which this front does not have: it was started with fewer slots than control counts on.`,
  );
}

function instanceEnded(flight: Flight, cause: unknown): PlatformError {
  const again = flight.method === 'GET' || flight.method === 'HEAD' || flight.method === 'OPTIONS';
  const error = new PlatformError(
    'FN_004',
    500,
    `The instance ended while it handled the request.${again ? '' : ` It was not sent to another one, as a ${flight.method} may not be repeated safely.`}`,
  );
  error.cause = cause;
  return error;
}
