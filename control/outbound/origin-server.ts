// The HTTP server behind the fronts' socket: a forward proxy, as for callers, but whose function it is and what is
// added to the request is told by a header, as fronts are ours.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect as connectPlain } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { ORIGIN_WAY_HEADER, type OriginFault, type OriginWay } from '../../edge/contract/origin.ts';
import { answerOf } from '../service/error-answer.ts';
import { connectionFault } from './connection-fault.ts';
import { type Exchange, findWayFor } from './exchange.ts';
import { forwardRequest } from './forward-request.ts';
import { forwardUpgrade, isWebSocket } from './forward-upgrade.ts';
import { headerBytesMax, idleFrontConnectionMs } from './limits.ts';
import { addressAttemptMs, limitConnecting } from './open-request.ts';
import { malformed, OutboundError, toldOf } from './outbound-error.ts';
import { faultOf } from './passage.ts';
import { readHttpTarget } from './read-target.ts';

export function createOriginServer(exchangeOf: (way: OriginWay) => Exchange): Server {
  const options = {
    maxHeaderSize: headerBytesMax,
    insecureHTTPParser: false,
    requireHostHeader: false,
    keepAliveTimeout: idleFrontConnectionMs,
    requestTimeout: 0,
    shouldUpgradeCallback: isWebSocket,
  };
  const server = createServer(options, (incoming, response) => {
    const way = readWay(incoming);
    if (!way) answerFault(response, malformed('This socket is for fronts.'), 'refused');
    else if (way.connectOnly) void connectOnly(exchangeOf(way), incoming, response);
    else void forwardRequest(exchangeOf(way), incoming, response);
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const way = readWay(incoming);
    if (way) void forwardUpgrade(exchangeOf(way), incoming, socket, head);
    else socket.destroy();
  });
  server.on('clientError', (_error, socket: Duplex) => socket.destroy());
  return server;
}

function readWay({ headers }: IncomingMessage): OriginWay | undefined {
  const text = headers[ORIGIN_WAY_HEADER];
  return typeof text === 'string' ? (JSON.parse(text) as OriginWay) : undefined;
}

/** For a front whose request has a body that can be sent once only: is there anybody? */
async function connectOnly(
  exchange: Exchange,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    response.once('close', exchange.caller.enter());
    const target = readHttpTarget(incoming.url ?? '');
    const { lookup } = await findWayFor(exchange, target);
    const options = {
      ...{ host: target.name, port: target.port, lookup },
      autoSelectFamilyAttemptTimeout: addressAttemptMs,
    };
    const socket = target.tls
      ? connectTls({ ...options, servername: target.address ? '' : target.name })
      : connectPlain(options);
    limitConnecting(socket, target.tls, exchange.passage?.connectTimeoutMs);
    socket.on('error', (error) => answerFault(response, connectionFault(target, error), 'unconnected'));
    socket.once(target.tls ? 'secureConnect' : 'connect', () => {
      socket.destroy();
      response.writeHead(204).end();
    });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    answerFault(response, error, faultOf(error));
  }
}

function answerFault(response: ServerResponse, error: OutboundError, fault: OriginFault): void {
  if (response.headersSent) return;
  const { status, reason, headers, body } = answerOf(error, toldOf(error, fault));
  response.writeHead(status, reason, headers).end(body);
}
