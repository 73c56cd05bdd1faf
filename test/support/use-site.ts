// A web site of the test's own: a page with a script, and the control API below /api/, as a reverse proxy has it.

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Site {
  readonly url: string;
  /** What the page has sent to /report, as JSON. */
  readonly report: Promise<unknown>;
}

export async function useSite(control: string, modules: Readonly<Record<string, string>>): Promise<Site> {
  const { promise: report, resolve } = Promise.withResolvers<unknown>();
  const server = createServer((incoming, response) => {
    const path = String(incoming.url);
    const module = modules[path.slice(1)];
    if (path.startsWith('/api/')) forward(control + path.slice('/api'.length), incoming, response);
    else if (path === '/') answer(response, 'text/html', '<script type="module" src="/main.js"></script>');
    else if (module !== undefined) answer(response, 'text/javascript', module);
    else if (path === '/report')
      void readJson(incoming)
        .then(resolve, resolve)
        .then(() => response.end());
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, report };
}

const answer = (response: ServerResponse, type: string, text: string): unknown =>
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text);

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  return JSON.parse(text);
}

function forward(url: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { host: _, ...headers } = incoming.headers;
  const outgoing = request(url, { method: incoming.method, headers }, (inner) => {
    response.writeHead(inner.statusCode ?? 502, inner.headers);
    inner.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}
