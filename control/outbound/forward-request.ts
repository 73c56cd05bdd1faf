// Carries a request of a function to its origin and the response back, as they come, in both directions at the
// speed of the slower side. Bodies are not looked into. When either side gives up, so does the other.

import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { OriginFault } from '../../edge/contract/origin.ts';
import { answerOf } from '../service/error-answer.ts';
import { connectionFault } from './connection-fault.ts';
import { type Exchange, findWayFor, tell } from './exchange.ts';
import type { Way } from './find-way.ts';
import { requestHeaders, responseHeaders } from './hop-headers.ts';
import { isConnected, openRequest } from './open-request.ts';
import { OutboundError, toldOf } from './outbound-error.ts';
import { faultOf, limitAnswer, limitBody } from './passage.ts';
import { type HttpTarget, readHttpTarget } from './read-target.ts';

/** Never rejects: every fault is answered. */
export async function forwardRequest(
  exchange: Exchange,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let leave: (() => void) | undefined;
  try {
    leave = exchange.caller.enter();
    response.once('close', leave);
    const target = readHttpTarget(incoming.url ?? '');
    const way = await findWayFor(exchange, target);
    if (!response.destroyed) send(exchange, incoming, response, target, way, true);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    refuse(exchange, incoming, response, error, faultOf(error));
  }
}

function send(
  exchange: Exchange,
  incoming: IncomingMessage,
  response: ServerResponse,
  target: HttpTarget,
  way: Way,
  mayReuse: boolean,
): void {
  const body = framingOf(incoming);
  const { passage } = exchange;
  const host = passage?.host ?? target.authority;
  const headers = requestHeaders(incoming.rawHeaders, host, body, passage?.added);
  const outgoing = openRequest(incoming, target, way, headers, {
    caller: mayReuse ? exchange.caller : undefined,
    connectTimeoutMs: passage?.connectTimeoutMs,
  });
  const refuseWith = (error: OutboundError): void =>
    refuse(exchange, incoming, response, error, isConnected(outgoing) ? 'unanswered' : 'unconnected');
  limitAnswer(outgoing, passage);
  const giveUp = (): void => {
    outgoing.destroy();
  };
  response.once('close', giveUp);
  outgoing.once('response', (answer) => {
    if (carryBack(exchange, answer, response)) return;
    outgoing.destroy();
    refuseWith(notHttp(target));
  });
  outgoing.once('upgrade', (_answer, socket) => {
    // Nobody asked it to.
    socket.destroy();
    refuseWith(notHttp(target));
  });
  outgoing.once('error', (error) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (response.destroyed) return;
    // An idle connection may be closed by its origin while a request is on its way. Such a request was not
    // answered; what changes nothing and has no body is sent once more, on a new connection.
    if (mayReuse && outgoing.reusedSocket && isRepeatable(incoming, body)) {
      response.off('close', giveUp);
      send(exchange, incoming, response, target, way, false);
      return;
    }
    refuseWith(connectionFault(target, error));
  });
  if (body.length === 0 || body[1] === '0') outgoing.end();
  else carryBody(incoming, outgoing);
}

/** How the origin learns the length of the body: as the function said, or in chunks. Empty for no body. */
function framingOf({ headers, method }: IncomingMessage): readonly string[] {
  if (headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked'];
  const length = headers['content-length'];
  if (length !== undefined) return ['Content-Length', length];
  // Node would announce chunks.
  return /^(GET|HEAD|DELETE|OPTIONS|TRACE)$/.test(method ?? '') ? [] : ['Content-Length', '0'];
}

const isRepeatable = ({ method }: IncomingMessage, framing: readonly string[]): boolean =>
  framing.length === 0 && /^(GET|HEAD|OPTIONS)$/.test(method ?? '');

function carryBody(incoming: IncomingMessage, outgoing: ClientRequest): void {
  incoming.pipe(outgoing);
  // Aborted by the function: what was sent of the body is not to look like all of it.
  incoming.once('error', (error) => outgoing.destroy(error));
}

const notHttp = (target: HttpTarget): OutboundError =>
  connectionFault(target, { code: 'HPE_INVALID_STATUS' });

/** False for a head that cannot be passed on, which only an origin sends that means harm: a status of 0, say. */
function carryBack({ passage }: Exchange, answer: IncomingMessage, response: ServerResponse): boolean {
  response.sendDate = false;
  // The connection to the instance stays, and that is not the function's to see.
  response.removeHeader('connection');
  try {
    response.writeHead(
      answer.statusCode ?? 0,
      answer.statusMessage ?? '',
      responseHeaders(answer.rawHeaders, passage?.trusted),
    );
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
  // Also when there is no body: the head goes out with the first write or the end, and a stream may be slow.
  response.flushHeaders();
  limitBody(answer, passage);
  pipeline(answer, response, () => {
    // Either end has destroyed the other; a response that is cut short is the only way to tell the function.
  });
  return true;
}

function refuse(
  exchange: Exchange,
  incoming: IncomingMessage,
  response: ServerResponse,
  error: OutboundError,
  fault: OriginFault,
): void {
  const { passage } = exchange;
  // A visitor gets the answer, who is not told where the origin is; the owner has his log.
  if (passage && fault !== 'refused') tell(exchange, error);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, reason, headers, body } = answerOf(error, passage && toldOf(error, fault));
  response.writeHead(status, reason, headers);
  response.end(body);
  // The rest of an upload is read and dropped, so that the function reads the answer and not a broken connection.
  incoming.unpipe();
  incoming.resume();
}
