// Files as a client of the upload has them: their hashes are made as wrangler makes them.

import { extname } from 'node:path';
import { blake3 } from 'hash-wasm';
import type { UploadedFile } from '../../control/platform/assets/receive-files.ts';

export interface ClientFile {
  readonly path: string;
  readonly hash: string;
  readonly bytes: Buffer;
  readonly contentType: string | null;
}

export async function clientFile(
  path: string,
  content: string | Buffer,
  contentType: string | null = 'text/plain; charset=utf-8',
): Promise<ClientFile> {
  const bytes = Buffer.from(content as Buffer);
  const hash = (await blake3(bytes.toString('base64') + extname(path).slice(1))).slice(0, 32);
  return { path, hash, bytes, contentType };
}

export const announcementOf = (files: readonly ClientFile[]) =>
  Object.fromEntries(files.map(({ path, hash, bytes }) => [path, { hash, size: bytes.length }]));

export async function* uploadsOf(files: readonly ClientFile[]): AsyncGenerator<UploadedFile> {
  for (const { hash, contentType, bytes } of files) {
    yield { hash, contentType, encoding: 'base64', content: chunksOf(Buffer.from(bytes.toString('base64'))) };
  }
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1001) yield bytes.subarray(at, at + 1001);
}
