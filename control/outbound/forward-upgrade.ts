// Carries a WebSocket of a function: the handshake as HTTP, and from then on bytes. Frames are not looked into.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { rawAnswerOf } from '../service/error-answer.ts';
import { joinStreams } from '../service/join-streams.ts';
import { connectionFault } from './connection-fault.ts';
import { type Exchange, findWayFor } from './exchange.ts';
import { requestHeaders, responseHeaders } from './hop-headers.ts';
import { idleTimeoutMs } from './limits.ts';
import { isConnected, openRequest } from './open-request.ts';
import { OutboundError, toldOf } from './outbound-error.ts';
import { faultOf, limitAnswer } from './passage.ts';
import { readHttpTarget } from './read-target.ts';

const UPGRADE = ['Connection', 'Upgrade', 'Upgrade', 'websocket'] as const;

export const isWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';

/** Never rejects; takes ownership of `socket`. */
export async function forwardUpgrade(
  exchange: Exchange,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  try {
    socket.once('close', exchange.caller.enter());
    const target = readHttpTarget(incoming.url ?? '');
    const way = await findWayFor(exchange, target);
    if (socket.destroyed) return;
    const { passage } = exchange;
    const host = passage?.host ?? target.authority;
    const headers = requestHeaders(incoming.rawHeaders, host, UPGRADE, passage?.added);
    const outgoing = openRequest(incoming, target, way, headers, {
      caller: undefined,
      connectTimeoutMs: passage?.connectTimeoutMs,
    });
    limitAnswer(outgoing, passage);
    socket.once('close', () => outgoing.destroy());
    outgoing.once('upgrade', (answer, upstream, upstreamHead) => {
      socket.write(headOf(exchange, answer, UPGRADE));
      joinStreams(socket, head, upstream, upstreamHead, idleTimeoutMs);
    });
    // Anything but 101: the answer is the last on this connection, and ends with it.
    outgoing.once('response', (answer) => {
      socket.write(headOf(exchange, answer, ['Connection', 'close']));
      answer.pipe(socket);
      answer.once('error', () => socket.destroy());
    });
    outgoing.once('error', (error) => {
      if (!socket.writable) return;
      const fault = isConnected(outgoing) ? 'unanswered' : 'unconnected';
      const told = connectionFault(target, error);
      socket.end(rawAnswerOf(told, passage && toldOf(told, fault)));
    });
    outgoing.end();
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    socket.end(rawAnswerOf(error, exchange.passage && toldOf(error, faultOf(error))));
  }
}

function headOf({ passage }: Exchange, answer: IncomingMessage, more: readonly string[]): string {
  const lines = [...responseHeaders(answer.rawHeaders, passage?.trusted), ...more];
  let text = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`;
  for (let at = 0; at + 1 < lines.length; at += 2) text += `${lines[at]}: ${lines[at + 1]}\r\n`;
  return `${text}\r\n`;
}
