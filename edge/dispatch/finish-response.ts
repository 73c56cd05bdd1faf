// Takes the instance's response to the client. What needs no change goes as it came, so that workerd carries
// the body without the router.

import { InvokedHeaders } from '../contract/front-api.ts';
import {
  ERROR_HEADER,
  OUTCOME_HEADER,
  REQUEST_ID_HEADER,
  STATUS_THREW,
  VERSION_HEADER,
} from '../contract/names.ts';
import type { Flight } from '../traffic/flight.ts';
import type { SeenBody } from '../traffic/seen-body.ts';
import { boundedBody, unwatchedBytesMax } from './bounded-body.ts';
import type { Call } from './front.ts';
import { PlatformError } from './platform-error.ts';
import { tellVisitor } from './tell-visitor.ts';

/** True when the flight ends only with the body: the caller leaves it open. */
export interface Finished {
  readonly response: Response;
  readonly streams: boolean;
}

/** `seen` is to see the body, as a shadow's answer is compared with it. */
export function finishResponse(
  call: Call,
  flight: Flight,
  response: Response,
  seen: SeenBody | undefined,
): Finished {
  const { headers } = response;
  const outcome = headers.get(OUTCOME_HEADER);
  if (outcome === null && response.status === STATUS_THREW) {
    seen?.end(false);
    throw givenUp(response);
  }
  const threw = outcome === 'threw' && response.status === STATUS_THREW;
  flight.head(response.status, threw ? 'FN_004' : undefined, Date.now());
  // workerd joins the two sockets by itself, and nothing tells us when they close: control asks the kernel.
  if (response.webSocket && flight.instance) flight.instance.upgraded = true;
  const length = headers.get('content-length');
  const watched = seen !== undefined && !isEncoded(headers);
  const streams = response.body !== null && (watched || mayTakeLong(length, headers));
  if (seen && !streams) seen.end(response.body === null);
  const forged = headers.get(ERROR_HEADER) !== null || headers.get(VERSION_HEADER) !== null;
  const marked = outcome !== null || forged;
  const lacksId = call.idKept && headers.get(REQUEST_ID_HEADER) === null;
  if (!streams && !marked && !lacksId && !call.told && !call.invoked) return { response, streams: false };

  const body =
    response.body && streams
      ? boundedBody(call, flight, response.body, length === null ? undefined : Number(length), seen)
      : response.body;
  const answer = new Response(body, response);
  if (marked) {
    answer.headers.delete(OUTCOME_HEADER);
    answer.headers.delete(ERROR_HEADER);
    answer.headers.delete(VERSION_HEADER);
  }
  if (threw) answer.headers.set(ERROR_HEADER, 'FN_004');
  if (threw || lacksId) answer.headers.set(REQUEST_ID_HEADER, call.requestId);
  if (call.invoked) tellInvoker(answer.headers, flight);
  if (call.told) tellVisitor(answer.headers, call.told);
  return { response: answer, streams };
}

/** An encoded body has another length where we read it than its header says, so it cannot be passed on by length. */
const mayTakeLong = (length: string | null, headers: Headers): boolean =>
  length === null || (Number(length) > unwatchedBytesMax && !isEncoded(headers));

const isEncoded = (headers: Headers): boolean => headers.get('content-encoding') !== null;

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
