// Which files a client is to send together. Many in one request, as there may be thousands of a few bytes; and not too
// many bytes, as what breaks off is sent again from its beginning.

import type { AnnouncedFile } from '../../model/asset-manifest.ts';

/** Of content, not of base64; a file that is larger by itself is alone. */
export const bucketBytesMax = 8 * 1024 * 1024;
export const bucketFilesMax = 500;

/** Hashes, each once, in order. */
export function packBuckets(files: readonly AnnouncedFile[]): string[][] {
  const buckets: string[][] = [];
  let bucket: string[] = [];
  let bytes = 0;
  for (const { hash, size } of files) {
    if (bucket.length > 0 && (bucket.length === bucketFilesMax || bytes + size > bucketBytesMax)) {
      buckets.push(bucket);
      bucket = [];
      bytes = 0;
    }
    bucket.push(hash);
    bytes += size;
  }
  if (bucket.length > 0) buckets.push(bucket);
  return buckets;
}
