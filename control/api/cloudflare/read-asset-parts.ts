// Files of an upload as wrangler sends them: a form with a part for each, whose name is the file's hash and whose
// content is base64. Each part is handed on as it arrives; the next one is read when it has been.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Dicer } from '@fastify/busboy';
import { AppError } from '../../model/errors.ts';
import type { UploadedFile } from '../../platform/platform.ts';

/** Twice as many as we ask for in one request. */
const partsMax = 1000;
/** How wrangler says that a file has no content type: it cannot send a part without one. */
const NO_TYPE = 'application/null';

type PartHeaders = Readonly<Record<string, readonly string[] | undefined>>;

export async function* readAssetParts(
  body: AsyncIterable<Uint8Array>,
  contentType: string | undefined,
): AsyncGenerator<UploadedFile> {
  const boundary = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(
    contentType ?? '',
  );
  if (!boundary)
    throw new AppError('FN_006', 'The files are sent as a form: the content type is multipart/form-data.', {
      status: 415,
    });
  const parts = new Arriving<UploadedFile>();
  const dicer = new Dicer({ boundary: String(boundary[1] ?? boundary[2]) });
  let count = 0;
  dicer.on('part', (part) => {
    part.on('error', () => undefined); // The form's own error tells it.
    part.on('header', (headers) => {
      count += 1;
      if (count > partsMax)
        dicer.destroy(new AppError('FN_006', `A form has at most ${partsMax} files: send fewer.`));
      else parts.add(fileOf(headers as PartHeaders, part as unknown as Readable));
    });
  });
  const reading = pipeline(Readable.from(body), dicer).then(
    () => parts.end(),
    (error: unknown) => parts.end(error instanceof AppError ? error : unreadable(error)),
  );
  try {
    yield* parts;
  } finally {
    dicer.destroy();
    await reading;
  }
}

function fileOf(headers: PartHeaders, part: Readable): UploadedFile {
  const disposition = headers['content-disposition']?.[0] ?? '';
  const type = headers['content-type']?.[0]?.trim() ?? NO_TYPE;
  return {
    hash: /\bname="([^"]*)"/.exec(disposition)?.[1] ?? '',
    contentType: type.toLowerCase() === NO_TYPE ? null : type,
    encoding: 'base64',
    content: part,
  };
}

const unreadable = (cause: unknown): AppError =>
  new AppError('FN_006', `The form cannot be read (${String(cause)}): send it again.`, {}, cause);

/** What somebody adds and somebody else takes, in order. */
class Arriving<T> {
  readonly #items: T[] = [];
  #ended = false;
  #failure: unknown;
  #wake: (() => void) | undefined;

  add(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  end(failure?: unknown): void {
    this.#ended = true;
    this.#failure = failure;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#failure !== undefined) throw this.#failure;
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
