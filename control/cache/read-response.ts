// The response in the body of a PUT of the Cache API: a status line, fields, an empty line, and the body up to the end.
// workerd writes `Transfer-Encoding: chunked` among the fields and does not chunk; what it encoded stays encoded.

import { type Fields, fieldValue } from '../../edge/http-cache/fields.ts';
import type { Whole } from './take-body.ts';

export interface ReadResponse {
  readonly status: number;
  readonly fields: Fields;
  readonly body: AsyncIterable<Buffer>;
  /** Its length, where it says one. */
  readonly whole: Whole;
}

/** All of the head. */
const putHeadBytesMax = 128 * 1024;

/** @throws {Error} for what is no response. */
export async function readResponse(source: AsyncIterable<Buffer>): Promise<ReadResponse> {
  const chunks = source[Symbol.asyncIterator]();
  let read = Buffer.alloc(0);
  let end = -1;
  while (end < 0) {
    const { done, value } = await chunks.next();
    if (done === true || read.byteLength > putHeadBytesMax)
      throw new Error('What was put has no head of a response.');
    read = Buffer.concat([read, value]);
    end = read.indexOf('\r\n\r\n');
  }
  const [first = '', ...lines] = read.subarray(0, end).toString('utf8').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})\b/.exec(first)?.[1]);
  if (!Number.isInteger(status)) throw new Error(`What was put begins with ${JSON.stringify(first)}.`);
  const rest = read.subarray(end + '\r\n\r\n'.length);
  const fields = lines.map(fieldOf);
  const length = fieldValue(fields, 'content-length');
  const whole = length === null ? undefined : { bytes: Number(length) };
  return { status, fields, body: following(rest, chunks), whole };
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

async function* following(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.byteLength > 0) yield first;
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true) return;
    yield value;
  }
}
