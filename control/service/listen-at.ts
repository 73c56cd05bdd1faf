// Where a trusted service listens. It may be the successor of one that still has requests.

import { chmodSync, renameSync, rmSync } from 'node:fs';
import type { Server as SocketServer } from 'node:net';

/**
 * Listens at a path that an earlier process of the same kind may listen at: the socket is made beside it and then takes
 * its place, so that there is one at any time. Closing it later removes the name that it was made with, never its
 * successor's.
 */
export function listenAt(server: SocketServer, path: string): Promise<void> {
  const made = `${path}~`;
  rmSync(made, { force: true });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(made, () => {
      server.off('error', reject);
      // Instances have a user of their own. Nobody else can get as far as the folder.
      chmodSync(made, 0o666);
      renameSync(made, path);
      resolve();
    });
  });
}
