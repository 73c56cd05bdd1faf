// Servers on loopback where no function may come: they count who comes all the same.

import { createServer, type RequestListener, type Server } from 'node:http';

export interface Canary {
  /** The outer one, to which an `egress` list may open the way. Its `/to-metadata` redirects to the inner one. */
  readonly port: number;
  /** Connections made to the outer one. */
  readonly visits: () => number;
  /** Connections made to the inner one, which nobody is ever allowed. */
  readonly innerVisits: () => number;
  close(): Promise<void>;
}

export async function openCanary(): Promise<Canary> {
  const inner = await listen((_, response) => response.end('what is inside'));
  const outer = await listen((request, response) => {
    if (request.url !== '/to-metadata') response.end('what is outside');
    else response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/latest/meta-data/` }).end();
  });
  return {
    port: outer.port,
    visits: outer.visits,
    innerVisits: inner.visits,
    close: async () => {
      await Promise.all([inner, outer].map(({ server }) => close(server)));
    },
  };
}

async function listen(
  answer: RequestListener,
): Promise<{ server: Server; port: number; visits: () => number }> {
  let visits = 0;
  const server = createServer(answer);
  server.on('connection', () => {
    visits += 1;
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { server, port, visits: () => visits };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
