// Whether a request is larger than its function wants it. Pure.

import type { SizeEntry } from '../../contract/rules/size.ts';

export interface SizeFault {
  readonly status: 413 | 414 | 431;
  readonly message: string;
}

/** `path` is path and query. A body without a length is bounded while it is read. */
export function faultOfSize(size: SizeEntry, path: string, headers: Headers): SizeFault | undefined {
  const { bodyBytesMax, headerBytesMax, headerCountMax, urlLengthMax } = size;
  if (urlLengthMax !== undefined && path.length > urlLengthMax) {
    const message = `The path and query have ${path.length} characters, and at most ${urlLengthMax} are taken.`;
    return { status: 414, message };
  }
  if (headerBytesMax !== undefined || headerCountMax !== undefined) {
    let [count, bytes] = [0, 0];
    for (const [name, value] of headers) {
      count += 1;
      bytes += name.length + value.length;
    }
    if (headerCountMax !== undefined && count > headerCountMax) {
      return {
        status: 431,
        message: `The request has ${count} headers, and at most ${headerCountMax} are taken.`,
      };
    }
    if (headerBytesMax !== undefined && bytes > headerBytesMax) {
      const message = `The request's headers have ${bytes} characters, and at most ${headerBytesMax} are taken.`;
      return { status: 431, message };
    }
  }
  const length = Number(headers.get('content-length') ?? 0);
  if (bodyBytesMax !== undefined && length > bodyBytesMax) {
    return {
      status: 413,
      message: `The request's body has ${length} bytes, and at most ${bodyBytesMax} are taken.`,
    };
  }
  return undefined;
}
