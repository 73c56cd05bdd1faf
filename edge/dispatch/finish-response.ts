// Takes the instance's response to the client. What needs no change goes as it came, so that workerd carries
// the body without the router.

import { InvokedHeaders } from '../contract/front-api.ts';
import { ERROR_HEADER, OUTCOME_HEADER, REQUEST_ID_HEADER, STATUS_THREW } from '../contract/names.ts';
import type { Flight } from '../traffic/flight.ts';
import { boundedBody, unwatchedBytesMax } from './bounded-body.ts';
import type { Call } from './front.ts';
import { PlatformError } from './platform-error.ts';

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
  // workerd joins the two sockets by itself, and nothing tells us when they close: control asks the kernel.
  if (response.webSocket && flight.instance) flight.instance.upgraded = true;
  const length = headers.get('content-length');
  const streams = response.body !== null && mayTakeLong(length, headers);
  const marked = outcome !== null || headers.get(ERROR_HEADER) !== null;
  const lacksId = call.idKept && headers.get(REQUEST_ID_HEADER) === null;
  if (!streams && !marked && !lacksId && !call.invoked) return { response, streams: false };

  const body =
    response.body && streams
      ? boundedBody(call, flight, response.body, length === null ? undefined : Number(length))
      : response.body;
  const answer = new Response(body, response);
  if (marked) {
    answer.headers.delete(OUTCOME_HEADER);
    answer.headers.delete(ERROR_HEADER);
  }
  if (threw) answer.headers.set(ERROR_HEADER, 'FN_004');
  if (threw || lacksId) answer.headers.set(REQUEST_ID_HEADER, call.requestId);
  if (call.invoked) tellInvoker(answer.headers, flight);
  return { response: answer, streams };
}

/** An encoded body has another length where we read it than its header says, so it cannot be passed on by length. */
const mayTakeLong = (length: string | null, headers: Headers): boolean =>
  length === null || (Number(length) > unwatchedBytesMax && headers.get('content-encoding') === null);

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
