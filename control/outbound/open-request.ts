// Sends a request's head to its origin, at an address that was checked.

import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { AgentRequest, Caller } from './caller.ts';
import { ConnectTimeoutError, IdleTimeoutError } from './connection-fault.ts';
import type { Way } from './find-way.ts';
import { connectTimeoutMs as connectTimeoutDefaultMs, headerBytesMax, idleTimeoutMs } from './limits.ts';
import type { HttpTarget } from './read-target.ts';

/** Of an origin that speaks to several addresses, each is tried for so long before the next. */
export const addressAttemptMs = 1000;

export interface OpenOptions {
  /** Whose idle connections may be used. */
  readonly caller: Caller | undefined;
  readonly connectTimeoutMs?: number | undefined;
}

const connected = new WeakSet<ClientRequest>();

/** Whether there ever was a connection, TLS included, on which the request may have been sent. */
export const isConnected = (outgoing: ClientRequest): boolean => connected.has(outgoing);

export function openRequest(
  incoming: IncomingMessage,
  target: HttpTarget,
  way: Way,
  headers: readonly string[],
  { caller, connectTimeoutMs = connectTimeoutDefaultMs }: OpenOptions,
): ClientRequest {
  const options: AgentRequest & { servername: string; autoSelectFamilyAttemptTimeout: number } = {
    host: target.name,
    port: target.port,
    method: incoming.method ?? 'GET',
    path: target.path,
    headers,
    lookup: way.lookup,
    // No address has a name of its own in TLS.
    servername: target.address ? '' : target.name,
    agent: caller?.agent(target.tls) ?? false,
    allowedAddresses: way.addresses
      .map(({ text }) => text)
      .toSorted()
      .join(),
    maxHeaderSize: headerBytesMax,
    timeout: idleTimeoutMs,
    autoSelectFamilyAttemptTimeout: addressAttemptMs,
  };
  const outgoing = target.tls ? httpsRequest(options) : httpRequest(options);
  // Whoever asked hears of the first; a second one, of a connection that is given up, is nobody's.
  outgoing.on('error', () => undefined);
  outgoing.on('timeout', () => outgoing.destroy(new IdleTimeoutError()));
  outgoing.on('socket', (socket) => {
    if (outgoing.reusedSocket) {
      connected.add(outgoing);
      return;
    }
    socket.once(target.tls ? 'secureConnect' : 'connect', () => connected.add(outgoing));
    limitConnecting(socket, target.tls, connectTimeoutMs);
  });
  return outgoing;
}

/** Ends a new socket that is not connected in time, TLS included. */
export function limitConnecting(socket: Socket, tls: boolean, withinMs = connectTimeoutDefaultMs): void {
  const timer = setTimeout(() => socket.destroy(new ConnectTimeoutError(withinMs)), withinMs);
  const stop = (): void => clearTimeout(timer);
  socket.once(tls ? 'secureConnect' : 'connect', stop).once('close', stop);
}
