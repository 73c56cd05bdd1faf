// Listening sockets for workerd to inherit. Node has no way to listen without accepting, so the server is
// closed in the same tick in which it starts to listen: until then nobody can have connected, and the child
// has its own copy of the descriptor by then, as spawn() is synchronous.

import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/** Connections that may wait to be accepted; the kernel cuts it to net.core.somaxconn. */
const backlog = 4096;

function descriptorOf(server: Server): number {
  const fd = (server as unknown as { _handle?: { fd?: number } })._handle?.fd;
  assert(typeof fd === 'number' && fd >= 0, 'a listening server has a descriptor');
  return fd;
}

function handOver<T>(listen: (server: Server) => void, use: (fd: number, server: Server) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.once('listening', () => {
      try {
        resolve(use(descriptorOf(server), server));
      } catch (error) {
        reject(error);
      } finally {
        server.close();
      }
    });
    listen(server);
  });
}

/** Under which name the kernel knows the socket that `withUnixSocket` makes, and every connection to it. */
export const boundPath = (path: string): string => `${path}~`;

/**
 * Listens on the unix socket `path`, calls `spawn` with the descriptor and lets go of it. The socket is made
 * under another name and renamed, because closing it removes the name that it was made under.
 */
export function withUnixSocket<T>(path: string, spawn: (fd: number) => T): Promise<T> {
  const temporary = boundPath(path);
  return handOver(
    (server) => server.listen({ path: temporary, backlog }),
    (fd) => {
      const result = spawn(fd);
      renameSync(temporary, path);
      return result;
    },
  );
}

/** Listens on a TCP port that others may share, and calls `spawn` with the descriptor and the port. */
export function withSharedPort<T>(
  host: string,
  port: number,
  spawn: (fd: number, port: number) => T,
): Promise<T> {
  return handOver(
    (server) => server.listen({ host, port, backlog, reusePort: true, ipv6Only: false }),
    (fd, server) => {
      const address = server.address();
      assert(address !== null && typeof address === 'object');
      return spawn(fd, address.port);
    },
  );
}

/** Rejects with EADDRINUSE if anything listens there, be it willing to share or not. */
export function assertPortFree(host: string, port: number): Promise<void> {
  return port === 0
    ? Promise.resolve()
    : handOver(
        (server) => server.listen({ host, port }),
        () => undefined,
      );
}
