// A request that came to the control address and is for a function: it goes to the edge's own port like any
// client's, so that routing, credentials and limits are the fronts' alone to decide. Bodies stream back as they
// come.

import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { AppError } from '../model/errors.ts';
import type { EdgeAddress } from './addresses.ts';
import type { EdgeRequest } from './platform.ts';

/** They belong to one connection, and there are two. */
const HOP_HEADERS = [
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
] as const;
const NO_BODY = new Set([204, 205, 304]);

/** The wildcards are where one listens, not where one connects to. */
const reachable = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host.replace(/^localhost$/, '127.0.0.1');

/** @throws {AppError} SYS_003 when no front answers. */
export async function callEdge({ host, port }: EdgeAddress, request: EdgeRequest): Promise<Response> {
  const { method, target, body, signal } = request;
  const headers = Object.fromEntries(withoutHopHeaders(request.headers));
  // An address that is no function's host, whatever name the client had for control: the path decides.
  headers.host = `127.0.0.1:${port}`;
  if (body.byteLength > 0 || headers['content-length'] !== undefined) {
    headers['content-length'] = String(body.byteLength);
  }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { host: reachable(host), port, method, path: target, headers, signal };
    httpRequest(options, resolve).once('error', reject).end(body);
  }).catch((cause: unknown) => {
    throw new AppError(
      'SYS_003',
      `The edge at ${host}:${port} did not answer; try again.`,
      { retryAfterSeconds: 1 },
      cause,
    );
  });
  const status = answer.statusCode ?? 502;
  const bare = method === 'HEAD' || NO_BODY.has(status);
  if (bare) answer.resume();
  return new Response(bare ? null : (Readable.toWeb(answer) as ReadableStream), {
    status,
    headers: withoutHopHeaders(pairsOf(answer)),
  });
}

function withoutHopHeaders(given: Headers): Headers {
  const headers = new Headers(given);
  for (const name of HOP_HEADERS) headers.delete(name);
  return headers;
}

/** As they came: a header that is there twice stays twice. */
function pairsOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(String(rawHeaders[at]), String(rawHeaders[at + 1]));
  }
  return headers;
}
