// Reads a request as the payload that `event`, `data` and `baas` handlers get.

import { RequestFault } from './adapter.ts';

export interface Payload {
  /** The parsed body; the query for a request without one. */
  readonly value: unknown;
  readonly hasBody: boolean;
  /** The body as text, or in base64 when it is not text; null without a body. */
  readonly raw: string | null;
  readonly isBase64: boolean;
}

/** A name that occurs more than once has an array. */
export type Query = Record<string, string | string[]>;

const FORM_TYPE = 'application/x-www-form-urlencoded';
const TEXT_TYPES = /^(text\/|application\/([\w.-]+\+)?(xml|javascript|graphql|yaml)\b)/;
const JSON_TYPES = /^application\/([\w.-]+\+)?json\b/;

/** @throws {RequestFault} if the body is not the JSON that its content-type says. */
export async function readPayload(request: Request, url: URL): Promise<Payload> {
  const bytes = request.body === null ? undefined : await request.arrayBuffer();
  if (bytes === undefined || bytes.byteLength === 0)
    return { value: toObject(url.searchParams), hasBody: false, raw: null, isBase64: false };
  const type = (request.headers.get('content-type') ?? '').trim().toLowerCase();
  const text = isText(type) ? decode(bytes) : undefined;
  if (text === undefined) {
    const raw = toBase64(bytes);
    return { value: { body: raw, isBase64Encoded: true }, hasBody: true, raw, isBase64: true };
  }
  return { value: parseText(text, type), hasBody: true, raw: text, isBase64: false };
}

export function toObject(pairs: Iterable<[string, string]>): Query {
  const object: Query = {};
  for (const [name, value] of pairs) {
    const known = Object.hasOwn(object, name) ? object[name] : undefined;
    const next = known === undefined ? value : Array.isArray(known) ? known.concat(value) : [known, value];
    // Not an assignment: `__proto__` is an ordinary name here.
    Object.defineProperty(object, name, {
      value: next,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

function parseText(text: string, type: string): unknown {
  if (JSON_TYPES.test(type)) {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new RequestFault(
        `The body is not JSON, though its content-type is "${type}": ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
  if (type.startsWith(FORM_TYPE)) {
    // curl -d sends this type unless told otherwise, also with a JSON body.
    const object = parseObject(text);
    return object ?? toObject(new URLSearchParams(text));
  }
  const object = type === '' || type.startsWith('text/plain') ? parseObject(text) : undefined;
  return object ?? { body: text, isBase64Encoded: false };
}

/** The object or array that the text is as JSON; undefined if it is anything else. */
function parseObject(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Text that merely begins like JSON is text: nothing said that it is JSON.
    return undefined;
  }
}

const isText = (type: string): boolean =>
  type === '' || type.startsWith(FORM_TYPE) || JSON_TYPES.test(type) || TEXT_TYPES.test(type);

/** Undefined for bytes that are not UTF-8, so that nothing is lost by decoding them. */
function decode(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

const BASE64_CHUNK = 0x8000;

function toBase64(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let binary = '';
  for (let at = 0; at < bytes.length; at += BASE64_CHUNK)
    binary += String.fromCharCode(...bytes.subarray(at, at + BASE64_CHUNK));
  return btoa(binary);
}
