// The server that terminates TLS: HTTP/2 and 1.1 on one port, each connection with the certificate of the host that it
// names. Node's strict parsers read both, so what one side takes for the end of a message, the other does too.

import type { IncomingMessage } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { rawAnswerOf } from '../service/error-answer.ts';
import { clientBlob } from './client-blob.ts';
import type { TlsTimes } from './contract.ts';
import { DoorError } from './door-error.ts';
import { forwardRequest } from './forward-request.ts';
import { forwardUpgrade, isWebSocket } from './forward-upgrade.ts';
import { isHttp2 } from './front-headers.ts';
import type { Fronts } from './fronts.ts';
import { tlsHeaderBytesMax, tlsHeadersMax, tlsStreamsMax } from './limits.ts';
import type { ServedPairs } from './served-pairs.ts';
import { watchIdleSession } from './watch-idle-session.ts';

export function createDoorServer(
  pairs: ServedPairs,
  fronts: Fronts,
  clientCa: Buffer | undefined,
  times: TlsTimes,
): Http2SecureServer {
  const server = createSecureServer({
    allowHTTP1: true,
    handshakeTimeout: times.handshake,
    // A small answer in two packets would wait 40 ms for the client's word that it has the first.
    noDelay: true,
    SNICallback: (name, done) => done(null, pairs.contextFor(name)),
    // A client without one is let in all the same: its function, or a rule, decides.
    ...(clientCa && { requestCert: true, rejectUnauthorized: false, ca: clientCa }),
    maxHeaderListPairs: tlsHeadersMax,
    settings: { maxConcurrentStreams: tlsStreamsMax, maxHeaderListSize: tlsHeaderBytesMax },
  });
  Object.assign(server, http1Settings(times));
  const blobs = new WeakMap<object, string>();
  const blobOf = (connection: object, socket: TLSSocket, protocol: string): string => {
    const known = blobs.get(connection);
    if (known !== undefined) return known;
    const blob = clientBlob(socket, protocol, clientCa !== undefined);
    blobs.set(connection, blob);
    return blob;
  };
  server.on('request', (incoming, response) => {
    if (!isHttp2(incoming)) {
      const socket = (incoming as IncomingMessage).socket as TLSSocket;
      forwardRequest(fronts, incoming, response, blobOf(socket, socket, 'HTTP/1.1'));
      return;
    }
    const { session } = incoming.stream;
    if (session === undefined) return; // It has ended meanwhile.
    forwardRequest(fronts, incoming, response, blobOf(session, session.socket as TLSSocket, 'HTTP/2'));
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const tls = incoming.socket as TLSSocket;
    void forwardUpgrade(fronts, incoming, socket, head, blobOf(tls, tls, 'HTTP/1.1'));
  });
  server.on('session', (session: ServerHttp2Session) => {
    session.on('error', () => undefined); // A client that speaks no HTTP/2 loses its connection, and that is all.
    watchIdleSession(session, times.idle);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else socket.end(rawAnswerOf(unreadable(error)));
  });
  // Neither h2 nor http/1.1 is what the client speaks.
  server.on('unknownProtocol', (socket) => socket.destroy());
  return server;
}

/** Node takes these as properties, as its options for HTTP/1.1 do not reach a server of both. */
const http1Settings = ({ head, request, idle, check }: TlsTimes) => ({
  maxHeaderSize: tlsHeaderBytesMax,
  headersTimeout: head,
  requestTimeout: request,
  keepAliveTimeout: idle,
  connectionsCheckingInterval: check,
  // What may be a line of a body is none of a head; other upgrades are ordinary requests.
  shouldUpgradeCallback: isWebSocket,
});

function unreadable(error: NodeJS.ErrnoException): DoorError {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new DoorError(
      'FN_006',
      431,
      `The headers of this request are larger than ${tlsHeaderBytesMax / 1024} KiB: send less in headers.`,
    );
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new DoorError('FN_006', 408, 'The request did not come to its end in time: send it faster.');
  return new DoorError('FN_006', 400, `This request is no HTTP/1.1 (${error.code}): check its headers.`);
}
