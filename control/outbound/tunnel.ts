// Carries a `connect()` of a function: CONNECT, and from then on bytes.

import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { rawAnswerOf } from '../service/error-answer.ts';
import { joinStreams } from '../service/join-streams.ts';
import { connectionFault } from './connection-fault.ts';
import { type Exchange, findWayFor, tell } from './exchange.ts';
import { idleTimeoutMs } from './limits.ts';
import { addressAttemptMs, limitConnecting } from './open-request.ts';
import { OutboundError, RefusedError } from './outbound-error.ts';
import { readAuthority } from './read-target.ts';

/** Never rejects; takes ownership of `socket`. */
export async function tunnel(
  exchange: Exchange,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  const refuse = (error: OutboundError): void => {
    // workerd tells the function no more than that it failed, so the reason is in its log.
    if (!(error instanceof RefusedError)) tell(exchange, error);
    socket.end(rawAnswerOf(error));
  };
  try {
    socket.once('close', exchange.caller.enter());
    const target = readAuthority(incoming.url ?? '');
    const way = await findWayFor(exchange, target);
    if (socket.destroyed) return;
    const upstream = connect({
      host: target.name,
      port: target.port,
      lookup: way.lookup,
      allowHalfOpen: true,
      autoSelectFamilyAttemptTimeout: addressAttemptMs,
    });
    limitConnecting(upstream, false);
    upstream.on('error', () => undefined); // The first is told below; after it nobody is there to hear.
    const gone = (): void => {
      upstream.destroy();
    };
    socket.once('close', gone);
    const failed = (error: Error): void => refuse(connectionFault(target, error));
    upstream.once('error', failed);
    upstream.once('connect', () => {
      upstream.off('error', failed);
      socket.off('close', gone);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      joinStreams(socket, head, upstream, Buffer.alloc(0), idleTimeoutMs);
    });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    refuse(error);
  }
}
