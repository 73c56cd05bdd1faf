// Carries a WebSocket to a front: the handshake as HTTP/1.1, and from then on bytes. Frames are not looked into. Over
// HTTP/2 none is offered, and browsers open another connection for it.

import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { endToEndHeaders, pairs } from '../service/end-to-end-headers.ts';
import { rawAnswerOf } from '../service/error-answer.ts';
import { joinStreams } from '../service/join-streams.ts';
import { DoorError } from './door-error.ts';
import { requestHeaders } from './front-headers.ts';
import type { Fronts, FrontWay } from './fronts.ts';
import { tlsHeaderBytesMax } from './limits.ts';

const UPGRADE = ['Connection', 'Upgrade', 'Upgrade', 'websocket'] as const;

/** Any other upgrade (curl offers HTTP/2) is declined by answering the request as it is. */
export const isWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';

/** Never rejects; takes ownership of `socket`. */
export async function forwardUpgrade(
  fronts: Fronts,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  blob: string,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  try {
    const headers = requestHeaders(incoming, blob, UPGRADE);
    const tried = new Set<FrontWay>();
    for (;;) {
      const way = await fronts.find(tried);
      if (socket.destroyed) return;
      if (!way) throw new DoorError('SYS_003', 503, 'No front takes WebSockets: try again in a moment.');
      if (await open(way, incoming, socket, head, headers)) return;
      tried.add(way);
      fronts.lost(way);
    }
  } catch (error) {
    if (!(error instanceof DoorError)) throw error;
    socket.end(rawAnswerOf(error));
  }
}

/** Resolves with false when the front was not reached. */
function open(
  way: FrontWay,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  headers: readonly string[],
): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request({
      ...{ socketPath: way.path, agent: false, maxHeaderSize: tlsHeaderBytesMax, setHost: false },
      ...{ method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers },
    });
    socket.once('close', () => outgoing.destroy());
    outgoing.once('upgrade', (answer, front, frontHead) => {
      socket.write(headOf(answer, UPGRADE));
      joinStreams(socket, head, front, frontHead, 0);
      resolve(true);
    });
    // Anything but 101: the answer is the last on this connection, and ends with it.
    outgoing.once('response', (answer) => {
      socket.write(headOf(answer, ['Connection', 'close']));
      answer.pipe(socket);
      answer.once('error', () => socket.destroy());
      resolve(true);
    });
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall === 'connect') {
        resolve(false);
        return;
      }
      if (socket.writable)
        socket.end(
          rawAnswerOf(new DoorError('SYS_001', 502, 'The front ended before it answered: connect again.')),
        );
      resolve(true);
    });
    outgoing.end();
  });
}

function headOf(answer: IncomingMessage, more: readonly string[]): string {
  let text = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`;
  for (const [name, value] of pairs([...endToEndHeaders(answer.rawHeaders, () => true), ...more]))
    text += `${name}: ${value}\r\n`;
  return `${text}\r\n`;
}
