// Static files of an upload: a token that says which were uploaded, and the rules by which they are served.

import type { Caller } from '../../model/access.ts';
import { assetsConfigSchema, type VersionAssets } from '../../model/assets.ts';
import { check } from '../../model/validation-message.ts';
import type { Platform } from '../../platform/platform.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import type { WorkerRef } from './find-worker.ts';
import type { UploadMetadata } from './upload-metadata.ts';

/** Undefined leaves the files as they are, null takes them away. */
export async function readAssets(
  platform: Platform,
  by: Caller,
  { project, idOrName }: WorkerRef,
  { assets, keep_assets }: UploadMetadata,
): Promise<VersionAssets | null | undefined> {
  if (!assets) return keep_assets ? undefined : null;
  if (assets.jwt === undefined)
    throw new CloudflareError(
      CODES.invalid,
      'FN_006',
      '"metadata" has "assets" without a "jwt": announce the files by POST to the assets-upload-session of the Worker, send those that its answer lists, and give the jwt that the last answer has.',
    );
  const config = check(assetsConfigSchema, assets.config ?? {}, 'body');
  return platform.settleAssets(by, { project, function: idOrName }, assets.jwt, config);
}
