// An invocation as the HTTP request that a front is sent, and its answer as the invoker tells it. The local loop
// invokes with the same, so that a function is called there as it is here.

import type { IncomingMessage } from 'node:http';
import { InvokeHeaders } from '../../edge/contract/front-api.ts';
import { INVOKE_RETURNED, INVOKE_SCHEDULED } from '../../edge/contract/names.ts';
import { AppError } from '../model/errors.ts';
import type { Invoke } from './platform.ts';

/** Seed 004: responses up to 10 MB. */
export const invokeResponseBytesMax = 10 * 1024 * 1024;
/** A front says of each answer how long it took; workerd refuses what it cannot pass on before it gets there. */
export function refusedByFront({ statusCode }: IncomingMessage, body: Buffer): AppError {
  const said = body.toString('utf8', 0, 200).trim();
  return new AppError(
    'FN_006',
    `The call cannot be sent as HTTP (${statusCode}: ${said}): its method must be a usual one, its path and query at most 65,000 characters, its headers at most 256 KB.`,
  );
}

/** Header names that a user's invocation may not set: they belong to the connection or to the platform. */
const withheld =
  /^(connection|host|content-length|transfer-encoding|upgrade|keep-alive|te|trailer|x-selvedge-.*)$/i;

export function requestParts(
  { event, headers, method, mount, timeoutMs, asReturned, scheduled }: Invoke,
  requestId: string,
): { headers: Record<string, string>; body?: string } {
  const own = Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !withheld.test(name))
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
  const base = {
    ...own,
    [InvokeHeaders.requestId]: requestId,
    ...(mount !== undefined && { [InvokeHeaders.mount]: mount }),
    ...(timeoutMs !== undefined && { [InvokeHeaders.timeoutMs]: String(timeoutMs) }),
    ...(asReturned && { [InvokeHeaders.mark]: INVOKE_RETURNED }),
    ...(scheduled && { [InvokeHeaders.mark]: INVOKE_SCHEDULED }),
  };
  if (event === undefined || method === 'GET' || method === 'HEAD') return { headers: base };
  return { headers: { 'content-type': 'application/json', ...base }, body: JSON.stringify(event) };
}

export function pathAndQuery({ path, query, event, method }: Invoke): string {
  const [pathname = '/', given = ''] = path.split('?', 2);
  const search = new URLSearchParams(given);
  for (const [name, value] of Object.entries(query)) search.append(name, value);
  // A GET has no body, so its event goes where such handlers look for it.
  if ((method === 'GET' || method === 'HEAD') && typeof event === 'object' && event !== null) {
    for (const [name, value] of Object.entries(event)) search.append(name, String(value));
  }
  const safe = encodeURI(decodeSafely(pathname.startsWith('/') ? pathname : `/${pathname}`));
  return search.size > 0 ? `${safe}?${search}` : safe;
}

function decodeSafely(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path; // Not percent-encoded: as it is.
  }
}

export async function readBounded(response: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > invokeResponseBytesMax) {
      response.destroy();
      throw new AppError(
        'FN_004',
        `The function's response is larger than ${invokeResponseBytesMax} bytes, which is all that invoke carries; call the function's URL instead.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function decodeBody(response: IncomingMessage, body: Buffer): unknown {
  if (body.length === 0) return null;
  const type = response.headers['content-type'] ?? '';
  const text = body.toString('utf8');
  if (/\bjson\b/.test(type)) {
    try {
      return JSON.parse(text);
    } catch {
      return text; // It says JSON and is not; the text tells more than an error would.
    }
  }
  const isText =
    /^(text\/|application\/(javascript|xml|x-www-form-urlencoded))|\+xml/.test(type) || type === '';
  return isText && Buffer.from(text, 'utf8').equals(body) ? text : body.toString('base64');
}

export function failureOf(code: string, body: Buffer): { code: string; message: string } {
  try {
    const parsed = JSON.parse(body.toString('utf8')) as { error?: { message?: unknown } };
    return { code, message: String(parsed.error?.message ?? 'The function failed.') };
  } catch {
    return { code, message: body.toString('utf8', 0, 1000) || 'The function failed.' };
  }
}

export function ownHeaders(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers)
      .filter(
        ([name]) => !name.startsWith('x-selvedge-') && name !== 'connection' && name !== 'transfer-encoding',
      )
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}
