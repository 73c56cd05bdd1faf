// Bodies that carry static files: they are not read before the request is answered, as others are, but while their
// files are written, so that no file is ever held whole.

import type { Context } from 'hono';
import { AppError } from '../model/errors.ts';
import { assetUploadBytesMax } from '../model/limits.ts';
import type { ApiEnv } from './api-env.ts';

/** Of the platform's own API, and of Cloudflare's. */
const UPLOADS = [
  /^\/functions\/[^/]+\/assets\/[^/]+$/,
  /^\/client\/v4\/accounts\/[^/]+\/workers\/assets\/upload(\/[^/]+)?$/,
];

export const isUpload = (path: string): boolean => UPLOADS.some((pattern) => pattern.test(path));

/** @throws {AppError} FN_006 with 413 where it is longer than it may be. */
export async function* uploadBody(c: Context<ApiEnv>): AsyncGenerator<Uint8Array> {
  const { body, headers } = c.req.raw;
  const announced = Number(headers.get('content-length') ?? 0);
  if (announced > assetUploadBytesMax) throw tooLarge(`${announced} bytes`);
  if (body === null) return;
  let length = 0;
  try {
    for await (const chunk of body as ReadableStream<Uint8Array>) {
      length += chunk.byteLength;
      if (length > assetUploadBytesMax) throw tooLarge(`longer than ${assetUploadBytesMax} bytes`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('FN_006', `The body broke off after ${length} bytes: send it again.`, {}, error);
  }
}

const tooLarge = (is: string): AppError =>
  new AppError(
    'FN_006',
    `The body is ${is}: at most ${assetUploadBytesMax} bytes (${assetUploadBytesMax / 1024 / 1024} MB) of files are taken at a time. Send fewer together.`,
    { status: 413 },
  );
