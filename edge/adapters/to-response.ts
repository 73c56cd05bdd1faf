// What the conventions with plain results (`event`, `data`, `baas`) may return, as a Response.
//
//   Response                     as it is
//   {statusCode, headers, body}  as AWS Lambda's proxy result
//   string                       text/plain
//   null                         200 with JSON null
//   undefined                    204
//   bytes, streams, forms        as a body
//   anything else                200 with JSON

import { describeValue, HandlerFault } from './adapter.ts';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';
/** Statuses for which HTTP allows no body. */
const NO_BODY = new Set([204, 205, 304]);

/** @throws {HandlerFault} for what can't be a response, with the reason and the cure. */
export function toResponse(value: unknown): Response {
  if (value instanceof Response) return value;
  if (value === undefined) return new Response(null, { status: 204 });
  if (typeof value === 'string') return new Response(value, { headers: { 'content-type': TEXT_TYPE } });
  if (isBody(value)) return new Response(value);
  if (isProxyResult(value)) return fromProxyResult(value);
  return new Response(toJson(value), { headers: { 'content-type': JSON_TYPE } });
}

/** The value itself as JSON, `{statusCode, body}` and strings too; what is a body or a response stays one. */
export function returnedValue(value: unknown): Response {
  if (value instanceof Response || value === undefined || isBody(value)) return toResponse(value);
  return new Response(toJson(value), { headers: { 'content-type': JSON_TYPE } });
}

export function toJson(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    throw new HandlerFault(
      `The handler returned ${describeValue(value)}, which JSON cannot hold: ${(error as Error).message}. Return plain values, such as strings, numbers, arrays and objects of these.`,
      { cause: error },
    );
  }
  if (json === undefined)
    throw new HandlerFault(
      `The handler returned ${describeValue(value)}, which JSON cannot hold. Return an object, a string or a Response.`,
    );
  return json;
}

type Body = ArrayBuffer | Uint8Array<ArrayBuffer> | ReadableStream | Blob | FormData;

const isBody = (value: unknown): value is Body =>
  value instanceof ArrayBuffer ||
  ArrayBuffer.isView(value) ||
  value instanceof ReadableStream ||
  value instanceof Blob ||
  value instanceof FormData;

interface ProxyResult {
  readonly statusCode: unknown;
  readonly headers?: unknown;
  readonly multiValueHeaders?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

const isProxyResult = (value: unknown): value is ProxyResult =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'statusCode');

function fromProxyResult(result: ProxyResult): Response {
  const status = result.statusCode;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    throw new HandlerFault(
      `The handler returned statusCode ${describeValue(status)}; it must be an integer from 200 to 599.`,
    );
  const headers = readHeaders(result);
  if (NO_BODY.has(status) || result.body === undefined || result.body === null)
    return new Response(null, { status, headers });
  const { body, type } = readBody(result);
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type);
  return new Response(body, { status, headers });
}

function readBody({ body, isBase64Encoded }: ProxyResult): { body: Body | string; type?: string } {
  if (isBody(body)) return { body };
  if (typeof body !== 'string') return { body: toJson(body), type: JSON_TYPE };
  if (isBase64Encoded !== true) return { body, type: /^\s*[{[]/.test(body) ? JSON_TYPE : TEXT_TYPE };
  try {
    return { body: Uint8Array.from(atob(body), (char) => char.charCodeAt(0)) };
  } catch (error) {
    throw new HandlerFault(
      'The handler returned isBase64Encoded: true with a body that is not base64. Encode the body, or leave isBase64Encoded out.',
      { cause: error },
    );
  }
}

function readHeaders(result: ProxyResult): Headers {
  const headers = new Headers();
  for (const [name, value] of entriesOf(result.headers, 'headers'))
    for (const item of Array.isArray(value) ? value : [value]) addHeader(headers, name, item);
  const multiple = entriesOf(result.multiValueHeaders, 'multiValueHeaders');
  // As Lambda does: a name in both has the values of multiValueHeaders.
  for (const [name] of multiple) headers.delete(name);
  for (const [name, value] of multiple)
    for (const item of Array.isArray(value) ? value : [value]) addHeader(headers, name, item);
  if (result.cookies !== undefined) {
    if (!Array.isArray(result.cookies))
      throw new HandlerFault(
        `The handler returned cookies as ${describeValue(result.cookies)}; it must be an array of strings.`,
      );
    for (const cookie of result.cookies) addHeader(headers, 'set-cookie', cookie);
  }
  return headers;
}

function entriesOf(headers: unknown, field: string): [string, unknown][] {
  if (headers === undefined || headers === null) return [];
  if (headers instanceof Headers) return [...headers];
  if (typeof headers === 'object' && !Array.isArray(headers)) return Object.entries(headers);
  throw new HandlerFault(
    `The handler returned ${field} as ${describeValue(headers)}; it must be an object of names and values.`,
  );
}

function addHeader(headers: Headers, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  try {
    headers.append(name, String(value));
  } catch (error) {
    throw new HandlerFault(
      `The handler returned the header ${JSON.stringify(name)} with ${describeValue(value)}, which HTTP does not allow: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
