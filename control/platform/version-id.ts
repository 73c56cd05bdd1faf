// A version's name is what it is: a hash of its bundle and of the settings that its instances start with.

import { createHash } from 'node:crypto';
import type { VersionSettings } from '../model/function.ts';
import type { BundleHash, VersionId } from '../model/ids.ts';
import type { VersionAnnotations } from '../model/version.ts';

/**
 * The same bundle, settings, message and tag give the same id, in whichever function and order of variables and
 * flags. `mark` gives what stands for a secret's value: an id is shown to everybody, and a hash of the value itself
 * would tell whoever guesses it. What came later than the first versions is hashed only where it is there, so that ids stay.
 */
export function versionId(
  bundle: BundleHash,
  settings: VersionSettings,
  { message, tag }: Pick<VersionAnnotations, 'message' | 'tag'>,
  mark: (name: string, value: string) => string,
): VersionId {
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
      .map(({ key, value, secret, json }) => [
        ...[key, secret ? mark(key, value) : value, secret],
        ...(json ? ['json'] : []),
      ]),
    ...(settings.bindings.length > 0 ? [{ bindings: settings.bindings }] : []),
    ...(settings.assets === null ? [] : [{ assets: settings.assets }]),
    ...(message === null && tag === null ? [] : [{ message, tag }]),
  ]);
  return createHash('sha256').update(canonical).digest('hex') as VersionId;
}
