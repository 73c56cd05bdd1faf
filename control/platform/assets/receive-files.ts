// Files of one upload, one after the other, to disk. A file is kept when its bytes are what its hash says: a hash that
// a client only claims would let it put a content under the name of another.

import { createBLAKE3, type IHasher } from 'hash-wasm';
import type { AnnouncedFile, AssetFile } from '../../model/asset-manifest.ts';
import { AppError } from '../../model/errors.ts';
import type { AssetDraft, AssetFiles } from '../../store/asset-files.ts';
import { type Encoding, readContent } from './read-content.ts';

/** Hex digits of a hash; BLAKE3 gives twice as many. */
const HASH_DIGITS = 32;
const contentTypeLengthMax = 200;

export interface UploadedFile {
  readonly hash: string;
  /** Null to serve it without one. */
  readonly contentType: string | null;
  readonly encoding: Encoding;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface Receiving {
  /** What was announced, by hash. */
  readonly wanted: ReadonlyMap<string, AnnouncedFile & { readonly extension: string }>;
  readonly files: AssetFiles;
  readonly folder: string;
}

/** @throws {AppError} FN_006 for a file that was not announced, or is another than was. */
export async function receiveFiles(
  uploads: AsyncIterable<UploadedFile>,
  { wanted, files, folder }: Receiving,
): Promise<AssetFile[]> {
  const hasher = await createBLAKE3();
  const received: AssetFile[] = [];
  for await (const upload of uploads) {
    const file = wanted.get(upload.hash);
    if (!file) throw refusal(upload.hash, 'was not announced: announce all files of a version together');
    const contentType = checkedType(upload);
    const draft = await files.begin(folder);
    try {
      await copy(upload, file, hasher, draft);
      await draft.keep(upload.hash);
    } catch (error) {
      await draft.discard();
      throw error;
    }
    received.push({ hash: file.hash, size: file.size, contentType });
  }
  return received;
}

async function copy(
  { hash, content, encoding }: UploadedFile,
  { size, extension }: AnnouncedFile & { readonly extension: string },
  hasher: IHasher,
  draft: AssetDraft,
): Promise<void> {
  hasher.init();
  let length = 0;
  for await (const { bytes, base64 } of readContent(content, encoding)) {
    length += bytes.length;
    if (length > size) throw refusal(hash, `is longer than the ${size} bytes that were announced`);
    hasher.update(base64);
    await draft.write(bytes);
  }
  if (length !== size) throw refusal(hash, `has ${length} bytes, and ${size} were announced`);
  const found = hasher.update(extension).digest('hex').slice(0, HASH_DIGITS);
  if (found !== hash)
    throw refusal(
      hash,
      `has the hash ${found}: it was changed since it was announced, or damaged on its way`,
    );
}

function checkedType({ hash, contentType }: UploadedFile): string | null {
  if (contentType === null) return null;
  if (contentType.length <= contentTypeLengthMax && /^[\x20-\x7e]+$/.test(contentType)) return contentType;
  throw refusal(hash, `has the content type ${JSON.stringify(contentType.slice(0, 80))}, which is none`);
}

const refusal = (hash: string, why: string): AppError =>
  new AppError('FN_006', `The file ${hash.slice(0, 80)} ${why}.`);
