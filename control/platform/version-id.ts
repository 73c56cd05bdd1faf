// A version's name is what it is: a hash of its bundle and of the settings that its instances start with.

import { createHash } from 'node:crypto';
import type { VersionSettings } from '../model/function.ts';
import type { BundleHash, VersionId } from '../model/ids.ts';

/** The same bundle and settings give the same id, in whichever function and order of variables and flags. */
export function versionId(bundle: BundleHash, settings: VersionSettings): VersionId {
  const canonical = JSON.stringify([
    bundle,
    settings.compatibilityDate,
    [...settings.compatibilityFlags].sort(),
    settings.memory,
    settings.concurrency,
    settings.waitUntilTimeout,
    settings.egress,
    [...settings.env]
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ key, value, secret }) => [key, value, secret]),
  ]);
  return createHash('sha256').update(canonical).digest('hex') as VersionId;
}
