// Joins the unix socket of a front's slot, where the platform's instances listen, to the port on which Miniflare's
// workerd listens. Bytes pass as they are.

import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from './isolate.ts';

export class SlotRelay {
  readonly path: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(path: string, server: Server) {
    this.path = path;
    this.#server = server;
  }

  /** `target` is asked for each connection; one that cannot be joined is closed, as by an instance that has ended. */
  static listen(path: string, target: () => Promise<Address>): Promise<SlotRelay> {
    const server = createServer({ allowHalfOpen: true });
    const relay = new SlotRelay(path, server);
    server.on('connection', (socket) => {
      relay.#keep(socket);
      target().then(
        ({ host, port }) => {
          if (socket.destroyed) return;
          const far = connect({ host, port, allowHalfOpen: true });
          relay.#keep(far);
          join(socket, far);
        },
        () => socket.destroy(),
      );
    });
    rmSync(path, { force: true });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => resolve(relay));
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    rmSync(this.path, { force: true });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // The other side hears of it by the close.
  }
}

/** Each end closes the other's side; a break on one is a break on both. */
export function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.once('close', () => {
      if (from.readableEnded && !from.errored) return;
      to.destroy();
    });
  }
}
