import { expect, test } from 'vitest';
import { bucketBytesMax, bucketFilesMax, packBuckets } from './pack-buckets.ts';

const files = (count: number, size: number) =>
  Array.from({ length: count }, (_, n) => ({ hash: `h${n}`, size }));

test('nothing is no bucket', () => {
  expect(packBuckets([])).toEqual([]);
});

test('each file is in one bucket, and no bucket holds more files than it may', () => {
  const buckets = packBuckets(files(2 * bucketFilesMax + 1, 1));
  expect(buckets.map((bucket) => bucket.length)).toEqual([bucketFilesMax, bucketFilesMax, 1]);
  expect(new Set(buckets.flat()).size).toBe(2 * bucketFilesMax + 1);
});

test('no bucket holds more bytes than it may, but for a file that has more by itself', () => {
  expect(packBuckets(files(4, bucketBytesMax / 2)).map((bucket) => bucket.length)).toEqual([2, 2]);
  expect(packBuckets(files(2, bucketBytesMax + 1)).map((bucket) => bucket.length)).toEqual([1, 1]);
});
