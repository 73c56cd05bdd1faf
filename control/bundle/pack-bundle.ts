// The bundle file: canonical JSON, so that the same content has the same hash.

import { createHash } from 'node:crypto';
import type { Code } from '../model/function.ts';
import type { BundleHash } from '../model/ids.ts';
import { deployFailure } from './build-failure.ts';
import type { Bundle, BundleContent } from './types.ts';

/** All modules of a bundle together, as they are in the file. */
export const bundleBytesMax = 25 * 1024 * 1024;

/** @throws {AppError} FN_005 for a bundle that is too large. */
export function packBundle(
  { code, convention, modules, sourceMap, readyMade }: Omit<BundleContent, 'format'>,
  logs: readonly string[],
): Bundle {
  const size = modules.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (size > bundleBytesMax)
    throw deployFailure(
      `The bundle has ${size} bytes; it may have at most ${bundleBytesMax}. Use fewer or smaller dependencies.`,
      logs,
    );
  const content: BundleContent = {
    ...{ format: 1, convention, modules, sourceMap, code: sorted(code) },
    ...(readyMade && { readyMade }),
  };
  const bytes = Buffer.from(JSON.stringify(content));
  const hash = createHash('sha256').update(bytes).digest('hex') as BundleHash;
  return { hash, bytes, content, logs };
}

/** Files in the order of their names, whatever order they were sent in. */
const sorted = (code: Code): Code =>
  typeof code === 'string'
    ? code
    : Object.fromEntries(Object.entries(code).sort(([a], [b]) => (a < b ? -1 : 1)));
