// Takes the instance's response to the client. What needs no change goes as it came, so that workerd carries
// the body without the router.

import { InvokedHeaders } from '../contract/front-api.ts';
import { ERROR_HEADER, OUTCOME_HEADER, REQUEST_ID_HEADER, STATUS_THREW } from '../contract/names.ts';
import type { Flight } from '../traffic/flight.ts';
import type { Call } from './front.ts';
import { PlatformError } from './platform-error.ts';
import { relayWebSocket } from './relay-web-socket.ts';

/** True when the flight ends only with the body: the caller leaves it open. */
export interface Finished {
  readonly response: Response;
  readonly streams: boolean;
}

export function finishResponse(call: Call, flight: Flight, response: Response): Finished {
  const { headers } = response;
  const outcome = headers.get(OUTCOME_HEADER);
  if (outcome === null && response.status === STATUS_THREW) throw givenUp(response);
  const threw = outcome === 'threw' && response.status === STATUS_THREW;
  flight.head(response.status, threw ? 'FN_004' : undefined, Date.now());
  if (response.webSocket) {
    return { response: relayWebSocket(flight, response, response.webSocket), streams: true };
  }
  const streams = headers.get('content-length') === null && response.body !== null;
  const marked = outcome !== null || headers.get(ERROR_HEADER) !== null;
  const lacksId = call.idKept && headers.get(REQUEST_ID_HEADER) === null;
  if (!streams && !marked && !lacksId && !call.invoked) return { response, streams: false };

  const answer = new Response(streams ? tracked(call, flight, response) : response.body, response);
  if (marked) {
    answer.headers.delete(OUTCOME_HEADER);
    answer.headers.delete(ERROR_HEADER);
  }
  if (threw) answer.headers.set(ERROR_HEADER, 'FN_004');
  if (threw || lacksId) answer.headers.set(REQUEST_ID_HEADER, call.requestId);
  if (call.invoked) tellInvoker(answer.headers, flight);
  return { response: answer, streams };
}

/** workerd ends a request that waits for nothing, or whose isolate has ended, with words of its own. */
function givenUp(response: Response): PlatformError {
  void response.body?.cancel();
  return new PlatformError(
    'FN_004',
    500,
    'The handler never answered: it waits for something that cannot happen, such as a promise that nobody resolves, or it tried to end the process.',
  );
}

/** What control learns of its own invocation, whether the instance or the platform answered. */
export function tellInvoker(headers: Headers, flight: Flight): void {
  if (flight.instance) headers.set(InvokedHeaders.slot, String(flight.instance.slot));
  headers.set(InvokedHeaders.coldStart, flight.coldStart ? '1' : '0');
  headers.set(InvokedHeaders.durationMs, String(flight.durationMs));
}

/** The body, with the flight ending when it does. Costs about 60 µs, so only bodies without a length pay it. */
function tracked(call: Call, flight: Flight, response: Response): ReadableStream | null {
  if (!response.body) return null;
  const { readable, writable } = new IdentityTransformStream();
  const end = (): void => flight.end();
  // A break on either side ends the flight as the last byte does; the client sees it as a broken body. Without
  // waitUntil nobody would be there to hear of the end; without the signal, waitUntil would hold on to the
  // instance's response after the client has left.
  const { signal } = call.request;
  call.ctx.waitUntil(response.body.pipeTo(writable, { signal }).then(end, end));
  return readable;
}
