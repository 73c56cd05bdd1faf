// What control asks of the TLS door, on a socket that is open to the platform's user only.

import { createServer, type Server } from 'node:http';
import { RELOAD_PATH, STATUS_PATH, type TlsStatus } from './contract.ts';

export function createPrivateServer(status: () => TlsStatus, reload: () => void): Server {
  return createServer(({ method, url }, response) => {
    if (method === 'PUT' && url === RELOAD_PATH) reload();
    else if (method !== 'GET' || url !== STATUS_PATH) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(status()));
  });
}
