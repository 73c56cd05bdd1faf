// The server of control's WebSockets: as `ws` has it, but that on the path of tails it takes frames without a mask.

import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { TAIL_SOCKETS } from '../auth.ts';
import { FrameMasker } from './mask-frames.ts';

export class TailSocketServer extends WebSocketServer {
  override handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    callback: (client: WebSocket, request: IncomingMessage) => void,
  ): void {
    if (!TAIL_SOCKETS.test(request.url ?? '')) {
      super.handleUpgrade(request, socket, head, callback);
      return;
    }
    const masker = new FrameMasker();
    super.handleUpgrade(request, new MaskingSocket(socket, masker), masker.mask(head), callback);
  }
}

/** The same connection, with what is read of it masked. */
class MaskingSocket extends Duplex {
  readonly #socket: Duplex;

  constructor(socket: Duplex, masker: FrameMasker) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      if (!this.push(masker.mask(chunk))) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
