// The one way out. An instance has no network: its fetch() and connect() arrive here, and leave through this
// worker's network, which reaches public addresses only. Who calls is told by headers that the instance's
// config puts there; they end here.

import { connect } from 'cloudflare:sockets';
import { CALLER_FUNCTION_HEADER, CALLER_VERSION_HEADER } from './contract/names.ts';
import { errorResponse, PlatformError } from './dispatch/platform-error.ts';
import type { OutboundEnv } from './env.ts';
import { isPrivateHost } from './outbound/private-host.ts';

export default {
  async fetch(request): Promise<Response> {
    const outgoing = new Request(request);
    outgoing.headers.delete(CALLER_FUNCTION_HEADER);
    outgoing.headers.delete(CALLER_VERSION_HEADER);
    try {
      return await fetch(outgoing);
    } catch (error) {
      const { hostname } = new URL(request.url);
      console.warn(`FN_009 ${hostname} could not be reached: ${error}`);
      return refuse(isPrivateHost(hostname) ? privateHost(hostname) : unreachable(hostname));
    }
  },

  /** TCP, under the same rules: what the network refuses, the function sees as a connection that is lost. */
  async connect(socket: Socket): Promise<void> {
    const { localAddress } = await socket.opened;
    if (localAddress === undefined) return socket.close();
    try {
      const upstream = connect(localAddress);
      await upstream.opened;
      await Promise.all([
        socket.readable.pipeTo(upstream.writable),
        upstream.readable.pipeTo(socket.writable),
      ]);
    } catch (error) {
      console.warn(`FN_009 a connection to ${localAddress} ended: ${error}`);
      await socket.close();
    }
  },
} satisfies ExportedHandler<OutboundEnv> & { connect(socket: Socket): Promise<void> };

/** The caller is a function, which has its own request id; this answer needs one of its own only for the form. */
const refuse = (error: PlatformError): Response => errorResponse(error, crypto.randomUUID());

function privateHost(host: string): PlatformError {
  return new PlatformError(
    'FN_009',
    403,
    `A function may not connect to "${host}": it is in a private network, and only the public internet is open to functions.`,
  );
}

/** workerd says the same for a name that does not resolve, a host that is down and an address that is refused. */
function unreachable(host: string): PlatformError {
  return new PlatformError(
    'FN_009',
    502,
    `No connection to "${host}": its name does not resolve, it does not answer, or it is in a private network, which functions may not reach.`,
  );
}
