// Sends a request to its instance and waits for the response's head, within the function's wall time.

import type { EndedAnswer } from '../contract/front-api.ts';
import type { RouterEnv } from '../env.ts';
import { type Flight, STATUS_CLIENT_LEFT } from '../traffic/flight.ts';
import { whyEnded } from './ask-control.ts';
import type { Call } from './front.ts';
import { keepWatch } from './keep-watch.ts';
import { PlatformError } from './platform-error.ts';
import { type OutgoingRequest, tooLong } from './prepare-request.ts';
import { waitForInstance } from './wait-for-instance.ts';

/**
 * Resolves with the head. When the exchange breaks off, control knows whether the instance was ended at a limit:
 * then the request is told so and not sent again, as it would do it again. An instance that ended otherwise and one
 * that is not there look the same from here, so only a request that may be repeated is sent again, and once.
 *
 * @throws {PlatformError} FN_002, FN_003, FN_004 or FN_006; and whatever waiting for another instance throws.
 */
export async function handOver(call: Call, flight: Flight, request: OutgoingRequest): Promise<Response> {
  try {
    return await attempt(call, flight, request);
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    if (request.overflow()) throw tooLong(flight.version.function.entry);
    await stopAtLimit(call, flight, error);
    if (!request.repeatable) throw instanceEnded(flight, error);
  }
  const instance = flight.version.pick(Date.now());
  if (instance) flight.board(instance);
  else await waitForInstance(call, flight);
  try {
    return await attempt(call, flight, request);
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    await stopAtLimit(call, flight, error);
    throw instanceEnded(flight, error);
  }
}

async function attempt(call: Call, flight: Flight, request: OutgoingRequest): Promise<Response> {
  const instance = binding(call.env, flight);
  const { timeoutMs } = flight.version.function.entry;
  try {
    const response = await new Promise<Response | undefined>((resolve, reject) => {
      flight.late = () => resolve(undefined);
      const signal = keepWatch(call, flight, timeoutMs);
      const { url, init } = request;
      instance.fetch(url, signal ? withSignal(init, signal) : init).then(resolve, reject);
    });
    if (response !== undefined) return response;
  } finally {
    flight.unwatch();
  }
  // Answering ends the request's context, and that cancels what the instance was sent.
  throw new PlatformError(
    'FN_002',
    504,
    `The function did not answer within its timeout of ${timeoutMs / 1000} s.`,
  );
}

const withSignal = (init: RequestInit, signal: AbortSignal): RequestInit => ({
  ...init,
  signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal,
});

/**
 * What workerd says of a connection that broke off, and of a socket that is there with nobody behind it. A socket that
 * is not there is another error: the request reached nobody, and no instance ended with it.
 */
const BROKE_OFF = /connection lost/i;

/**
 * Takes the flight back from the instance.
 *
 * @throws {PlatformError} FN_002 or FN_003 when a limit ended it; and when the client has left, for nobody to see.
 */
async function stopAtLimit(call: Call, flight: Flight, error: unknown): Promise<void> {
  if (flight.ended) throw new PlatformError('FN_004', STATUS_CLIENT_LEFT, 'The client has left.');
  const slot = flight.instance?.slot;
  flight.unboard(Date.now());
  if (slot === undefined || !BROKE_OFF.test(String(error))) return;
  const refusal = endedAtLimit(await whyEnded(call, flight.version, slot));
  if (refusal) throw refusal;
}

function endedAtLimit({ code, message }: EndedAnswer): PlatformError | undefined {
  if (code === 'FN_002') return new PlatformError(code, 504, message);
  if (code === 'FN_003') return new PlatformError(code, 503, message, { retryAfterSeconds: 1 });
  return undefined;
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
