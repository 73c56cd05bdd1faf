// From a known version to an answer: an instance, the exchange, the response.

import { MOUNT_HEADER } from '../contract/names.ts';
import { Flight } from '../traffic/flight.ts';
import type { ShadowTally } from '../traffic/shadow-tally.ts';
import type { VersionState } from '../traffic/version-state.ts';
import { answerWhileSent } from './answer-while-sent.ts';
import { askForMore } from './ask-control.ts';
import { copyToShadow } from './copy-to-shadow.ts';
import { finishResponse, tellInvoker } from './finish-response.ts';
import type { Call } from './front.ts';
import { handOver } from './hand-over.ts';
import { keepRate } from './keep-rate.ts';
import { errorResponse, PlatformError } from './platform-error.ts';
import { type OutgoingRequest, prepareRequest } from './prepare-request.ts';
import { seenRequest } from './seen-request.ts';
import { tellVisitor } from './tell-visitor.ts';
import { waitForInstance } from './wait-for-instance.ts';
import { withheldNames } from './withheld-names.ts';

export interface Destination {
  readonly version: VersionState;
  /** As the function sees it. */
  readonly url: string;
  readonly mount: string | null;
  /** Gets a copy of the request. */
  readonly shadow: ShadowTally | undefined;
}

/** Never rejects for what the platform can tell the client. */
export async function dispatch(call: Call, destination: Destination): Promise<Response> {
  const { request, requestId } = call;
  const { version } = destination;
  const now = Date.now();
  const flight = new Flight(version, requestId, request.method, destination.url, now);
  const { rules, tailed } = version.function.entry;
  if (tailed) flight.seen = seenRequest(destination.url, request.headers, withheldNames([call.rules, rules]));
  request.signal.addEventListener('abort', () => flight.abandon(Date.now()));
  let streams = false;
  let outgoing: OutgoingRequest | undefined;
  try {
    outgoing = prepare(call, destination);
    const { rateLimit } = version.function.entry;
    if (rateLimit !== null) await keepRate(call, version.function, rateLimit);
    const instance = version.pick(now);
    if (instance) flight.board(instance);
    else await waitForInstance(call, flight);
    if (version.wantsMore(now)) call.ctx.waitUntil(askForMore(call, version));
    const answer = await handOver(call, flight, outgoing);
    const seen = destination.shadow && copyToShadow(call, flight, outgoing, answer, destination.shadow);
    const finished = finishResponse(call, flight, answer, seen);
    streams = finished.streams;
    return finished.response;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    flight.head(error.status, error.code, Date.now());
    const response = errorResponse(error, requestId);
    if (call.invoked) tellInvoker(response.headers, flight);
    if (call.told) tellVisitor(response.headers, call.told);
    return outgoing?.body?.tooLong ? await answerWhileSent(call, response, outgoing.body) : response;
  } finally {
    if (!streams) flight.end();
  }
}

function prepare(
  { front, request, requestId, credentials, client, invoked, bound, requestHeaders, bodyBytesMax }: Call,
  destination: Destination,
): OutgoingRequest {
  const { url, mount, version } = destination;
  const requestBytesMax = Math.min(version.function.entry.requestBytesMax, bodyBytesMax ?? Infinity);
  const mountGiven = mount ?? (invoked ? request.headers.get(MOUNT_HEADER) : null);
  return prepareRequest(request, {
    ...{ url, requestId, credentials, client, invoked, requestBytesMax, bound },
    colo: front.regionName,
    mount: mountGiven,
    requestHeaders,
  });
}
