// Sends a request to its instance and waits for the response's head, within the function's wall time.

import type { EndedAnswer } from '../contract/front-api.ts';
import { TIMEOUT_HEADER } from '../contract/names.ts';
import type { RouterEnv } from '../env.ts';
import { type Flight, STATUS_CLIENT_LEFT } from '../traffic/flight.ts';
import { sentAll } from './answer-while-sent.ts';
import { whyEnded } from './ask-control.ts';
import type { CarriedBody } from './carried-body.ts';
import type { Call } from './front.ts';
import { keepWatch } from './keep-watch.ts';
import { PlatformError } from './platform-error.ts';
import { brokenOff, type OutgoingRequest, tooLong } from './prepare-request.ts';
import { waitForInstance } from './wait-for-instance.ts';

/**
 * Resolves with the head. When the exchange breaks off, control knows whether the instance was ended at a limit:
 * then the request is told so and not sent again, as it would do it again. Otherwise it is sent once more if that
 * is safe: its method says that twice is as once, or the instance had ended before it was sent there.
 *
 * @throws {PlatformError} FN_002, FN_003, FN_004, FN_006 or FN_008; and whatever waiting for another instance throws.
 */
export async function handOver(call: Call, flight: Flight, request: OutgoingRequest): Promise<Response> {
  const { body } = request;
  if (body) call.request.signal.addEventListener('abort', () => body.giveUp());
  const handedAt = Date.now();
  const timeoutMs = timeoutOf(call, flight);
  let [again, leftMs]: [RequestInit, number] = [request.init, timeoutMs];
  try {
    const response = await attempt(call, flight, request, timeoutMs);
    if (body?.comes) await restOf(call, body);
    return response;
  } catch (error) {
    if (body?.comes && !(error instanceof PlatformError)) await sentAll(body);
    throwIfClients(error, flight, body);
    const end = await askForEnd(call, flight, request, error, handedAt);
    if (!request.repeatable && !endedBefore(end, handedAt)) throw instanceEnded(flight, error);
    again = sendable(request, flight, error);
    // The client's wait is one. What it waits for another instance is the queue's, as before the first.
    leftMs = Math.max(timeoutMs - (Date.now() - handedAt), 1);
  }
  const instance = flight.version.pick(Date.now());
  if (instance) flight.board(instance);
  else await waitForInstance(call, flight);
  const handedAgainAt = Date.now();
  try {
    return await attempt(call, flight, { url: request.url, init: again }, leftMs);
  } catch (error) {
    throwIfClients(error, flight, undefined);
    const end = await askForEnd(call, flight, request, error, handedAgainAt);
    throw endedBefore(end, handedAgainAt) ? neverLookedAt(error) : instanceEnded(flight, error);
  }
}

/** What is no fault of the instance, and tells nothing about it. */
function throwIfClients(error: unknown, flight: Flight, body: CarriedBody | undefined): void {
  if (error instanceof PlatformError) throw error;
  if (flight.ended) throw new PlatformError('FN_004', STATUS_CLIENT_LEFT, 'The client has left.');
  if (body?.tooLong) throw tooLong({ requestBytesMax: body.bytesMax });
  if (body?.brokenOff) throw brokenOff();
}

/**
 * The function has answered while its client still sends. If it reads on, both go on side by side; if it does not,
 * the answer is held back until the client has sent all, as it may read nothing before.
 */
async function restOf(call: Call, body: CarriedBody): Promise<void> {
  if (body.refused) await sentAll(body);
  else call.ctx.waitUntil(body.over);
}

/** @throws {PlatformError} FN_004 when the body is no longer there to be sent. */
function sendable({ body, init }: OutgoingRequest, flight: Flight, error: unknown): RequestInit {
  if (!body) return init;
  if (!body.kept) throw instanceEnded(flight, error);
  return { ...init, body: body.kept };
}

async function attempt(
  call: Call,
  flight: Flight,
  { url, init, body }: Pick<OutgoingRequest, 'url' | 'init'> & Partial<Pick<OutgoingRequest, 'body'>>,
  waitMs: number,
): Promise<Response> {
  const instance = binding(call.env, flight);
  try {
    const response = await new Promise<Response | undefined>((resolve, reject) => {
      flight.late = () => resolve(undefined);
      const signal = keepWatch(call, flight, waitMs);
      const send = (all: RequestInit): void => {
        instance.fetch(url, signal ? withSignal(all, signal) : all).then(resolve, reject);
      };
      // Within the function's time, as a body that is read first may never end.
      if (body) body.start().then((carried) => send({ ...init, ...carried }), reject);
      else send(init);
    });
    if (response !== undefined) return response;
  } finally {
    flight.unwatch();
  }
  // Answering ends the request's context, and that cancels what the instance was sent.
  throw new PlatformError(
    'FN_002',
    504,
    `The function did not answer within its timeout of ${timeoutOf(call, flight) / 1000} s.`,
  );
}

/** Of control's invocation, whose requests come by the private socket only. */
function timeoutOf({ invoked, request }: Call, flight: Flight): number {
  const own = invoked ? request.headers.get(TIMEOUT_HEADER) : null;
  return own === null ? flight.version.function.entry.timeoutMs : Number(own);
}

const withSignal = (init: RequestInit, signal: AbortSignal): RequestInit => ({
  ...init,
  signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal,
});

/**
 * Takes the flight back from the instance, which is avoided unless control says that it goes on. Resolves with what
 * control knows of its end.
 *
 * @throws {PlatformError} FN_002 or FN_003 when a limit ended it after the request was handed over; FN_004 when it goes on and has not read the body.
 */
async function askForEnd(
  call: Call,
  flight: Flight,
  { body }: OutgoingRequest,
  error: unknown,
  handedAt: number,
): Promise<EndedAnswer | undefined> {
  const { instance } = flight;
  flight.unboard(Date.now());
  if (!instance) return undefined;
  const end = await whyEnded(call, flight.version, instance.slot);
  const refusal = end && endedAtLimit(end);
  if (refusal && !endedBefore(end, handedAt)) throw refusal;
  if (body && end?.code === null) {
    instance.avoidedUntil = 0;
    throw bodyUnread(error);
  }
  return end;
}

/** The request came to an instance that had ended, or was condemned, and so was never received. */
function endedBefore(end: EndedAnswer | undefined, handedAt: number): boolean {
  return end?.at !== undefined && end.at < handedAt;
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

/** No handler has seen the request, so that its sender may try again, whatever its method. */
function neverLookedAt(cause: unknown): PlatformError {
  const error = new PlatformError(
    'FN_008',
    503,
    'Two instances of the function were ended, for what other requests had them do, before they had looked at this one.',
    { retryAfterSeconds: 1 },
  );
  error.cause = cause;
  return error;
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

function bodyUnread(cause: unknown): PlatformError {
  const error = new PlatformError(
    'FN_004',
    500,
    "The function's answer was lost: it answered before it had read the request's body to its end, and the connection to it was closed while the body was still sent. Read the body to its end, or none of it.",
  );
  error.cause = cause;
  return error;
}
