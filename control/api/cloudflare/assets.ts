// Static files of an upload: a token that says which were uploaded, and the rules by which they are served.

import type { Caller } from '../../model/access.ts';
import type { VersionAssets } from '../../model/assets.ts';
import type { Platform } from '../../platform/platform.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import type { WorkerRef } from './find-worker.ts';
import type { UploadMetadata } from './upload-metadata.ts';

/** Undefined leaves the files as they are, null takes them away. */
export async function readAssets(
  _platform: Platform,
  _by: Caller,
  _ref: WorkerRef,
  { assets, keep_assets }: UploadMetadata,
): Promise<VersionAssets | null | undefined> {
  if (!assets) return keep_assets ? undefined : null;
  throw new CloudflareError(
    CODES.notHere,
    'FN_006',
    'The Worker has static files ("assets"), which this platform cannot serve yet: take "assets" out of the configuration.',
  );
}
