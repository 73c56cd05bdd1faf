// Ids as Cloudflare writes them: UUIDs. A version's is made of the first 32 of its own 64 digits, so that it can be
// found again by them; others are made of a hash, and found by comparison.

import { createHash } from 'node:crypto';
import { CloudflareError, CODES } from './cloudflare-error.ts';

/** Of 32 hex digits or more. */
export const asUuid = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');

export const uuidOf = (text: string): string => asUuid(createHash('sha256').update(text).digest('hex'));

/** The beginning of a version's id, from its UUID or from as much of it as a person types. */
export function versionPrefix(uuid: string): string {
  const digits = uuid.toLowerCase().replaceAll('-', '');
  if (/^[0-9a-f]{8,64}$/.test(digits)) return digits;
  throw new CloudflareError(
    CODES.noVersion,
    'FN_006',
    `"${uuid.slice(0, 80)}" is no version id: it is a UUID, or its first 8 digits or more; wrangler versions list shows them.`,
  );
}
