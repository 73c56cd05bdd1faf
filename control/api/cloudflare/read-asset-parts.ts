// Files of an upload as wrangler sends them: a form with a part for each, whose name is the file's hash and whose
// content is base64. One part is held at a time, and handed on before the next one is read.

import { MultipartParseError, MultipartParser, type MultipartPart } from '@remix-run/multipart-parser';
import { AppError } from '../../model/errors.ts';
import { assetUploadBytesMax } from '../../model/limits.ts';
import type { UploadedFile } from '../../platform/platform.ts';

/** Twice as many as we ask for in one request. */
const partsMax = 1000;
/** How wrangler says that a file has no content type: it cannot send a part without one. */
const NO_TYPE = 'application/null';

export async function* readAssetParts(
  body: AsyncIterable<Uint8Array>,
  contentType: string | undefined,
): AsyncGenerator<UploadedFile> {
  const parser = new MultipartParser(boundaryOf(contentType), {
    maxParts: partsMax,
    // The body as a whole is bounded already.
    maxFileSize: assetUploadBytesMax,
    maxTotalSize: assetUploadBytesMax,
  });
  try {
    for await (const chunk of withoutEpilogue(body)) {
      for (const part of parser.write(chunk)) yield fileOf(part);
    }
    parser.finish();
  } catch (error) {
    if (!(error instanceof MultipartParseError)) throw error;
    throw new AppError('FN_006', `The form cannot be read (${error.message}): send it again.`, {}, error);
  }
}

function boundaryOf(contentType: string | undefined): string {
  const found = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(
    contentType ?? '',
  );
  const boundary = found?.[1] ?? found?.[2];
  if (boundary !== undefined) return boundary;
  throw new AppError('FN_006', 'The files are sent as a form: the content type is multipart/form-data.', {
    status: 415,
  });
}

/** A line break may come after the end, and in a piece of its own, which the parser does not expect. */
async function* withoutEpilogue(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined;
  for await (const chunk of body) {
    held = held ? Buffer.concat([held, chunk]) : chunk;
    // Whatever ends a form is longer than this, so that the end is never given away without what follows it.
    if (held.length <= HELD_BYTES) continue;
    yield held.subarray(0, -HELD_BYTES);
    held = held.subarray(-HELD_BYTES);
  }
  if (held) yield held;
}

const HELD_BYTES = 4;

function fileOf(part: MultipartPart): UploadedFile {
  const type = part.headers['content-type']?.trim() ?? NO_TYPE;
  return {
    hash: part.name ?? '',
    contentType: type.toLowerCase() === NO_TYPE ? null : type,
    encoding: 'base64',
    content: inOrder(part.content),
  };
}

async function* inOrder(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
