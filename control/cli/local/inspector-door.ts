// Where a debugger attaches. It stays while the function is replaced: what speaks the Chrome DevTools Protocol is
// workerd's own inspector of the version that serves, and a debugger is led there.
//
// As with Node's inspector, whoever may connect may run code in the function. So the door is on loopback only, its
// path is not to be guessed, and no web page can read it: a page's host is not ours, and its origin is told.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { AppError } from '../../model/errors.ts';
import type { Address } from './isolate.ts';
import { join } from './slot-relay.ts';

const HOST = '127.0.0.1';
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

export class InspectorDoor {
  readonly #id = randomUUID();
  readonly #server: Server;
  readonly #target: () => Promise<Address>;
  readonly #sockets = new Set<Socket>();

  private constructor(target: () => Promise<Address>) {
    this.#target = target;
    this.#server = createServer((request, response) => this.#list(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#attach(request, socket as Socket, head));
  }

  /** @throws {AppError} FN_006 when the port is taken. */
  static listen(port: number, target: () => Promise<Address>): Promise<InspectorDoor> {
    const door = new InspectorDoor(target);
    return new Promise((resolve, reject) => {
      door.#server.once('error', (cause) => {
        const message = `The debugger's port ${port} cannot be had (${cause.message}): choose another one, or 0 for any that is free.`;
        reject(new AppError('FN_006', message, {}, cause));
      });
      door.#server.listen(port, HOST, () => resolve(door));
    });
  }

  get url(): string {
    return `ws://${HOST}:${(this.#server.address() as AddressInfo).port}/${this.#id}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  #list({ url, headers }: IncomingMessage, response: ServerResponse): void {
    const answer = LOOPBACK.test(headers.host ?? '') ? this.#described(url ?? '') : undefined;
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: 'See /json.' }));
  }

  #described(path: string): unknown {
    if (path === '/json/version') return { Browser: 'selvedge', 'Protocol-Version': '1.3' };
    if (path !== '/json' && path !== '/json/list') return undefined;
    const ws = this.url.slice('ws://'.length);
    return [
      {
        id: this.#id,
        type: 'node',
        title: 'selvedge functions dev',
        description: 'the function',
        url: 'file://',
        webSocketDebuggerUrl: this.url,
        devtoolsFrontendUrl: `devtools://devtools/bundled/js_app.html?experiments=true&v8only=true&ws=${ws}`,
      },
    ];
  }

  #attach(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#keep(socket);
    const { origin, host = '' } = request.headers;
    const allowed =
      request.url === `/${this.#id}` &&
      LOOPBACK.test(host) &&
      (origin === undefined || !/^https?:/.test(origin));
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      return;
    }
    this.#target().then(
      ({ host, port, path }) => {
        const far = connect({ host, port });
        this.#keep(far);
        far.write(requestHead(request, path));
        far.write(head);
        join(socket, far);
      },
      () => socket.destroy(),
    );
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }
}

/** The client's own, with the inspector's path. */
function requestHead({ rawHeaders }: IncomingMessage, path: string): string {
  const lines = [`GET ${path} HTTP/1.1`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    // workerd has origins of its own that it takes; ours has been looked at.
    if (rawHeaders[i]?.toLowerCase() !== 'origin') lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
