// The HTTP server behind one caller's socket: a forward proxy, as instances speak to it. Node's strict parser
// reads it, so what one side takes for the end of a message, the other does too.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { rawAnswerOf } from '../service/error-answer.ts';
import type { Exchange } from './exchange.ts';
import { forwardRequest } from './forward-request.ts';
import { forwardUpgrade, isWebSocket } from './forward-upgrade.ts';
import { headerBytesMax } from './limits.ts';
import { OutboundError } from './outbound-error.ts';
import { tunnel } from './tunnel.ts';

/** An instance closes a connection that it does not use after some seconds, so that it never meets a closed one. */
const idleInstanceConnectionMs = 120_000;

/** `exchange` is asked for each call, as the caller behind a socket may have been forgotten and come back. */
export function createCallerServer(exchange: () => Exchange): Server {
  const options = {
    maxHeaderSize: headerBytesMax,
    insecureHTTPParser: false,
    // Instances send none unless their function did: the host is in the URL.
    requireHostHeader: false,
    keepAliveTimeout: idleInstanceConnectionMs,
    // An upload takes as long as its function may run.
    requestTimeout: 0,
    // What may be a line of a body is none of a head; other upgrades are ordinary requests.
    shouldUpgradeCallback: isWebSocket,
  };
  const server = createServer(options, (incoming, response) => {
    void forwardRequest(exchange(), incoming, response);
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    void forwardUpgrade(exchange(), incoming, socket, head);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    void tunnel(exchange(), incoming, socket, head);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else socket.end(rawAnswerOf(unreadable(error)));
  });
  return server;
}

function unreadable(error: NodeJS.ErrnoException): OutboundError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new OutboundError(
      'FN_006',
      431,
      `The headers of this request are larger than ${headerBytesMax / 1024} KiB: send less in headers.`,
    );
  }
  return new OutboundError('FN_006', 400, `This request is no HTTP/1.1 (${error.code}): check its headers.`);
}
