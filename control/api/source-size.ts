// The source of a function has a limit of its own, whatever the body that it came in was allowed.

import { AppError } from '../model/errors.ts';
import type { Code } from '../model/function.ts';
import { sourceBytesMax } from '../model/limits.ts';

/** @throws {AppError} FN_006 (413) naming the size and the largest file. */
export function checkSourceSize(code: Code | undefined): void {
  if (code === undefined) return;
  const sizes = Object.entries(typeof code === 'string' ? { source: code } : code).map(
    ([name, content]) =>
      [
        name,
        typeof content === 'string'
          ? Buffer.byteLength(content)
          : Buffer.byteLength(content.base64, 'base64'),
      ] as const,
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  if (total <= sourceBytesMax) return;
  const [name, size] = sizes.reduce((largest, one) => (one[1] > largest[1] ? one : largest));
  const message = `code is ${total} bytes: at most ${sourceBytesMax} are taken. The largest part is ${name.slice(0, 80)} with ${size} bytes.`;
  throw new AppError('FN_006', message, { status: 413, issues: [{ message, path: 'code' }] });
}
