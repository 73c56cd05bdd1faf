// Sends what is stored as the HTTP response that it was, or the part of it that was asked for, or that it is unchanged.

import { closeSync, createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { type Ask, isUnchanged, type Part, partOf } from '../../edge/http-cache/judge-condition.ts';
import type { CacheStore } from './cache-store.ts';
import type { Entry } from './entry.ts';

export interface Sending {
  readonly method: string;
  readonly ask: Ask;
  /** Besides those of the entry. */
  readonly headers: readonly (readonly [string, string])[];
}

/** False when its body has gone meanwhile, and then nothing was sent. */
export function sendEntry(
  store: CacheStore,
  entry: Entry,
  sending: Sending,
  response: ServerResponse,
): boolean {
  const { method, ask } = sending;
  const now = Date.now();
  const well = entry.status === 200;
  if (well && isUnchanged(entry.fields, ask, now)) {
    write(response, 304, [...entry.fields.filter(([name]) => !OF_A_BODY.has(name)), ...sending.headers]);
    response.end();
    return true;
  }
  // What is encoded anew has other bytes each time, of which a part would fit no other.
  const part =
    well && method === 'GET' && !entry.decoded ? partOf(entry.fields, entry.bodyBytes, ask, now) : undefined;
  const body = method === 'HEAD' ? Buffer.alloc(0) : store.read(entry);
  if (body === undefined) return false;
  const [status, length, range] = extentOf(entry, part);
  write(response, status, [
    ...(entry.decoded ? entry.fields.filter(([name]) => name !== 'content-encoding') : entry.fields),
    ...(well && !entry.decoded ? [['accept-ranges', 'bytes'] as const] : []),
    ...(range === undefined ? [] : [['content-range', range] as const]),
    // A length would be that of another encoding.
    ...(BODILESS.has(status) || entry.decoded ? [] : [['content-length', String(length)] as const]),
    ...sending.headers,
  ]);
  sendBody(body, part, response);
  return true;
}

const OF_A_BODY = new Set(['content-type', 'content-encoding', 'content-range', 'content-language']);
const BODILESS = new Set([204]);

function extentOf({ status, bodyBytes }: Entry, part: Part): [number, number, string | undefined] {
  if (part === undefined) return [status, bodyBytes, undefined];
  if (part === 'unsatisfiable') return [416, 0, `bytes */${bodyBytes}`];
  return [206, part.last - part.first + 1, `bytes ${part.first}-${part.last}/${bodyBytes}`];
}

function sendBody(body: Buffer | number, part: Part, response: ServerResponse): void {
  if (typeof body !== 'number') {
    if (part === 'unsatisfiable') response.end();
    else response.end(part ? body.subarray(part.first, part.last + 1) : body);
    return;
  }
  if (part === 'unsatisfiable') {
    closeSync(body);
    response.end();
    return;
  }
  const extent = part ? { start: part.first, end: part.last } : {};
  // A file that cannot be read breaks the response off, which is the truth.
  pipeline(createReadStream('', { fd: body, ...extent }), response, () => undefined);
}

function write(
  response: ServerResponse,
  status: number,
  fields: readonly (readonly [string, string])[],
): void {
  response.sendDate = false;
  response.writeHead(
    status,
    fields.flatMap(([name, value]) => [name, asBytes(value)]),
  );
}

/** Node writes a character as a byte; what is stored is text that workerd had read from UTF-8. */
const asBytes = (value: string): string =>
  PLAIN.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1');

const PLAIN = /^[\x20-\x7e\t]*$/;
