// The version that a UUID names.

import { AppError } from '../../model/errors.ts';
import type { VersionRecord } from '../../model/function.ts';
import type { Platform } from '../../platform/platform.ts';
import type { CloudflareCall } from './add-endpoint.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import { versionPrefix } from './version-uuid.ts';

export async function findVersion(
  platform: Platform,
  { by }: CloudflareCall,
  functionId: string,
  uuid: string,
): Promise<VersionRecord> {
  try {
    return await platform.getVersion(by, { idOrName: functionId }, versionPrefix(uuid));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'FN_001') throw error;
    throw new CloudflareError(
      CODES.noVersion,
      'FN_001',
      `This Worker has no version "${uuid.slice(0, 80)}": wrangler versions list shows those that it has.`,
    );
  }
}
