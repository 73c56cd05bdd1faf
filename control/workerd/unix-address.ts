// The address of a unix socket, as workerd's config wants it.

import { AppError } from '../model/errors.ts';

/** Linux keeps 108 bytes for a socket's path, and its end takes one of them. */
export const socketPathBytesMax = 107;

/** @throws {AppError} FN_006 for a path that no socket can have. */
export function unixAddress(path: string): string {
  const bytes = Buffer.byteLength(path);
  if (!path.startsWith('/') || bytes > socketPathBytesMax) {
    throw new AppError(
      'FN_006',
      `The socket ${JSON.stringify(path)} has a path of ${bytes} bytes; it must be absolute and of at most ${socketPathBytesMax} bytes: put the data directory (SELVEDGE_DATA) at a shorter path.`,
    );
  }
  return `unix:${path}`;
}
