// Reads a request's body within its limit, and makes JSON of it.

import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../model/errors.ts';
import type { ApiEnv } from './api-env.ts';
import { bodyBytesMaxAt } from './dialects/dialects.ts';
import { findJsonFault, placeOf } from './json-fault.ts';
import { isUpload } from './upload-body.ts';

/** How deep objects and lists may be nested: far beyond any use, and within what a stack can walk. */
export const jsonDepthMax = 500;

const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** Before anything that needs the body, so that it is read and limited once. */
export const readBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (isUpload(c.req.path)) {
    c.set('bodyBytes', new Uint8Array());
    return next();
  }
  const limit = bodyBytesMaxAt(c.req.path);
  c.set(
    'bodyBytes',
    METHODS_WITH_BODY.has(c.req.method) ? await readBytes(c.req.raw, limit) : new Uint8Array(),
  );
  await next();
};

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > limit) throw tooLarge(`${announced} bytes`, limit);
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the stream, so what lies beyond the limit is never held.
  try {
    for await (const chunk of request.body as ReadableStream<Uint8Array>) {
      length += chunk.byteLength;
      if (length > limit) throw tooLarge(`longer than ${limit} bytes`, limit);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AppError ? error : brokenOff(length, error);
  }
  return Buffer.concat(chunks, length);
}

/** Nobody is there to hear it, as a rule; but a client that leaves is no failure of ours for the log to tell. */
const brokenOff = (length: number, cause: unknown): AppError =>
  new AppError('FN_006', `The body broke off after ${length} bytes: send the request again.`, {}, cause);

const tooLarge = (is: string, limit: number): AppError =>
  new AppError('FN_006', `The body is ${is}: at most ${limit} bytes (${limit / 1024 / 1024} MB) are taken.`, {
    status: 413,
  });

/**
 * The body as a JSON value; undefined when there is none.
 *
 * The content type is not asked for, as many a client forgets it, and curl calls whatever it is given a form.
 * What really is a form, or compressed, is refused with what to send instead.
 */
export function jsonBody(c: Context<ApiEnv>): unknown {
  const bytes = c.get('bodyBytes');
  if (bytes.byteLength === 0) return undefined;
  refuseCompressed(c.req.header('content-encoding'));
  return parseJson(bytes, (text) => refuseForms(c.req.header('content-type'), text));
}

/** Bytes as a JSON value; undefined when there is nothing but white space. `examine` may refuse the text. */
export function parseJson(bytes: Uint8Array, examine?: (text: string) => void): unknown {
  const text = decode(bytes);
  if (text.trim() === '') return undefined;
  examine?.(text);
  refuseDepth(text);
  return parse(text);
}

function refuseForms(contentType: string | undefined, text: string): void {
  if (!/^\s*(multipart\/|application\/x-www-form-urlencoded)/i.test(contentType ?? '')) return;
  if (/^\s*[{[]/.test(text)) return;
  throw new AppError(
    'FN_006',
    `The content type is "${contentType?.slice(0, 80)}", and the body is no JSON: send JSON, with the header "Content-Type: application/json".`,
    { status: 415 },
  );
}

function refuseCompressed(contentEncoding: string | undefined): void {
  if (contentEncoding !== undefined && contentEncoding.trim().toLowerCase() !== 'identity') {
    throw new AppError(
      'FN_006',
      `The content encoding is "${contentEncoding.slice(0, 80)}": send the JSON uncompressed.`,
      { status: 415 },
    );
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError(
      'FN_006',
      'The body is not UTF-8 text: send JSON in UTF-8, and binary files as base64.',
      {},
      cause,
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const offset = findJsonFault(text);
    const { line, column } = placeOf(text, offset);
    const place = `at line ${line}, column ${column} (position ${offset})`;
    const message =
      offset >= text.length
        ? `The body is not JSON: it ends ${place}, before it is complete.`
        : `The body is not JSON: what stands ${place} cannot be there.`;
    throw new AppError('FN_006', message, { issues: [{ message, line, column }] }, cause);
  }
}

/**
 * Before parsing: a body of brackets alone is ten million objects, which take seconds and a gigabyte to make.
 * Brackets inside of strings do not count; text that is no JSON may be refused for either fault.
 */
function refuseDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) quoted = !quoted;
    else if (quoted) at += code === BACKSLASH ? 1 : 0;
    else if (code === BRACE || code === BRACKET) depth++;
    else if (code === BRACE_END || code === BRACKET_END) depth--;
    if (depth > jsonDepthMax + 1) {
      throw new AppError(
        'FN_006',
        `The body nests objects and lists deeper than ${jsonDepthMax}: send it flatter, or as a string.`,
      );
    }
  }
}

const [QUOTE, BACKSLASH, BRACE, BRACE_END, BRACKET, BRACKET_END] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];
