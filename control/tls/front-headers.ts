// The headers of a request as a front gets them, and of an answer as the client does. Over HTTP/2 names are in lower
// case, the host is a field of its own, and cookies may come in crumbs.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { CF_BLOB_HEADER, SCHEME_HEADER } from '../../edge/contract/names.ts';
import { endToEndHeaders, pairs } from '../service/end-to-end-headers.ts';
import { DoorError } from './door-error.ts';

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

export const isHttp2 = (incoming: Incoming): incoming is Http2ServerRequest =>
  incoming.httpVersionMajor === 2;

/** Those that are told anew, or that nobody but us may send. Node has answered `Expect: 100-continue` already. */
const OURS = new Set(['expect', 'content-length', CF_BLOB_HEADER, SCHEME_HEADER]);

/**
 * `framing` says how the front learns the length of the body.
 *
 * @throws {DoorError} when the request names several hosts: whoever looked at another one than the front would be
 * deceived.
 */
export function requestHeaders(incoming: Incoming, blob: string, framing: readonly string[]): string[] {
  const headers = isHttp2(incoming) ? http2Headers(incoming) : http1Headers(incoming);
  headers.push(CF_BLOB_HEADER, blob, SCHEME_HEADER, 'https');
  return [...headers, ...framing];
}

function http1Headers({ rawHeaders }: IncomingMessage): string[] {
  let hosts = 0;
  const headers = endToEndHeaders(rawHeaders, (name) => {
    if (name === 'host') hosts += 1;
    return !OURS.has(name);
  });
  if (hosts > 1) throw severalHosts();
  return headers;
}

function http2Headers({ authority, rawHeaders, headers: { host } }: Http2ServerRequest): string[] {
  if (host !== undefined && authority !== undefined && host !== authority) throw severalHosts();
  const cookies: string[] = [];
  const kept = endToEndHeaders(
    rawHeaders,
    (name) => !name.startsWith(':') && name !== 'host' && name !== 'cookie' && !OURS.has(name),
  );
  for (const [name, value] of pairs(rawHeaders)) if (name === 'cookie') cookies.push(value);
  kept.push('host', authority ?? host ?? '');
  if (cookies.length > 0) kept.push('cookie', cookies.join('; '));
  return kept;
}

const severalHosts = (): DoorError =>
  new DoorError('FN_006', 400, 'This request names several hosts: send one.');

/** Writes the head of an answer; throws for one that HTTP does not know, which no front sends. */
export function writeHead(response: Outgoing, answer: IncomingMessage): void {
  const status = answer.statusCode ?? 502;
  const headers = endToEndHeaders(answer.rawHeaders, () => true);
  if ('stream' in response) {
    const fields: Record<string, string[]> = {};
    for (const [name, value] of pairs(headers)) {
      const lower = name.toLowerCase();
      fields[lower] = [...(fields[lower] ?? []), value];
    }
    response.sendDate = false;
    response.writeHead(status, fields);
    return;
  }
  response.sendDate = false;
  response.writeHead(status, answer.statusMessage ?? '', headers);
  // The head goes out with the first of the body, in one packet, unless that is not there yet: a stream may be slow.
  setImmediate(() => {
    if (!answer.readableDidRead && !answer.readableEnded && !response.writableEnded) response.flushHeaders();
  });
}
